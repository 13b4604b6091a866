// What a distributed map asks of its readers, batches and writers.

import type { Waiting } from "../../../core/waiting.ts";
import type { Json } from "../asl/data/scope.ts";
import type { ItemReader, ResultWriter } from "../asl/definition.ts";

export interface ReaderAim {
  readonly resource: string;
  readonly parameters: Json;
  readonly config: NonNullable<ItemReader["ReaderConfig"]>;
  readonly maxItems?: number;
  readonly roleArn: string;
}

export interface WriterAim {
  readonly resource: string;
  readonly parameters: Json;
  readonly config: NonNullable<ResultWriter["WriterConfig"]>;
  readonly roleArn: string;
  readonly mapRunArn: string;
  /** The folder of the results, below the prefix. */
  readonly mapRunName: string;
}

export interface ChildResult {
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly status: string;
  readonly input: Json;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  /** Epoch milliseconds. */
  readonly startDate: number;
  readonly stopDate: number;
}

export interface BatchLimits {
  readonly maxItems?: number;
  readonly maxBytes?: number;
  readonly batchInput?: Json;
}

/** A source that is asked for an object or a page of a list, under the machine's role. */
export function underRole(roleArn: string, ctx: Waiting): Waiting {
  return ctx.asRole(roleArn, ctx.ids.hex(32));
}
