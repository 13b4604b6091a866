// The log of one execution: a record for each step that the pipe's level lets
// through, sent on when the execution is over.

import type { TargetFailure } from "../../../core/target.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { PipeEvent } from "../execution/event.ts";
import type { Stage } from "../execution/stage.ts";
import { type PipeState, pipeArn } from "../pipe.ts";
import { levelOf } from "./level.ts";
import { shipRecords } from "./ship.ts";

/** What AWS shows of a step. */
export interface LogRecord {
  readonly resourceArn: string;
  readonly timestamp: number;
  readonly executionId: string;
  readonly messageType: string;
  readonly logLevel: string;
  readonly payload?: string;
  readonly awsRequest?: string;
  readonly awsResponse?: string;
  readonly truncatedFields?: readonly string[];
  readonly error?: object;
}

interface Facts {
  readonly payload?: readonly PipeEvent[];
  readonly request?: readonly string[];
  readonly response?: unknown;
  readonly failure?: TargetFailure | undefined;
  readonly stage?: Stage;
}

export interface ExecutionLog {
  step(messageType: string, facts?: Facts): void;
  /** No step follows. */
  close(): void;
}

/** A record is 256 KB at most; what it holds of the execution is cut to fit. */
const largestFieldBytes = 80_000;

const silent: ExecutionLog = { step: () => undefined, close: () => undefined };

export function executionLog(ctx: Waiting, pipe: PipeState): ExecutionLog {
  const { Level = "OFF", IncludeExecutionData = [] } = pipe.logs ?? {};
  if (Level === "OFF") return silent;
  const records: LogRecord[] = [];
  const executionId = ctx.ids.uuid();
  const withData = IncludeExecutionData.includes("ALL");
  return {
    step: (messageType, facts = {}) => {
      if (!levelOf(messageType).includes(Level)) return;
      const { failure, stage } = facts;
      records.push({
        resourceArn: pipeArn(ctx, pipe.name),
        timestamp: ctx.now(),
        executionId,
        messageType,
        logLevel: Level,
        ...(withData && executionData(facts)),
        ...(failure !== undefined && { error: shownError(failure, stage) }),
      });
    },
    close: () => {
      if (records.length > 0) ctx.afterwards((own) => shipRecords(own, pipe, records));
    },
  };
}

function executionData({ payload, request, response }: Facts): Partial<LogRecord> {
  const truncatedFields: string[] = [];
  const shown = (name: string, value: string | undefined): object => {
    if (value === undefined) return {};
    if (value.length <= largestFieldBytes) return { [name]: value };
    truncatedFields.push(name);
    return { [name]: value.slice(0, largestFieldBytes) };
  };
  return {
    ...shown("payload", payload && `[${payload.map(({ text }) => text).join(",")}]`),
    ...shown("awsRequest", request && JSON.stringify(request)),
    ...shown("awsResponse", response === undefined ? undefined : JSON.stringify(response)),
    ...(truncatedFields.length > 0 && { truncatedFields }),
  };
}

function shownError({ code, message, passing }: TargetFailure, stage: Stage | undefined): object {
  return {
    httpStatusCode: passing ? 500 : 400,
    message,
    details: code,
    ...(stage !== undefined && { awsService: stage.arn.split(":")[2] }),
  };
}
