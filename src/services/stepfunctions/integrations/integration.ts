// What the Resource of a Task stands for: what is done with the task's input,
// and for `.sync` how its end is seen.

import type { Waiting } from "../../../core/waiting.ts";
import type { StructureShape } from "../../../model/shapes.ts";
import type { Json } from "../asl/data/scope.ts";
import type { Style } from "./values.ts";

export type Pattern = "request" | "sync" | "token";

/** One run of a task. */
export interface TaskAim {
  /** The same for the same attempt at the same task, even after a crash; undefined where nothing is stored. */
  readonly attempt?: string;
  /** The ARN as it stands in the definition. */
  readonly resource: string;
  readonly pattern: Pattern;
  readonly input: Json;
  readonly token?: string;
  /** The state machine's. */
  readonly roleArn: string;
  /** The evaluated Credentials field: `{ RoleArn }`. */
  readonly credentials?: Json;
  readonly executionArn: string;
  readonly stateMachineArn?: string;
  readonly region: string;
}

export interface TaskIntegration {
  /** As history events name them: `lambda` and `invoke`, `aws-sdk:dynamodb` and `getItem`. */
  readonly resourceType: string;
  readonly resource: string;
  /** Which history events tell of it. An activity's tasks are given out by the engine. */
  readonly kind: "task" | "lambda" | "activity";
  readonly pattern: Pattern;
  /** What its parameters may be, where they are an operation's. */
  readonly parameters?: { readonly shape: StructureShape; readonly style: Style } | undefined;
  /** What it answers, where that is an operation's. */
  readonly answer?: { readonly shape: StructureShape; readonly style: Style } | undefined;
  /**
   * Resolves with the output; with what was started, for `.sync`. Throws `StateError`
   * with AWS's name of the error.
   */
  readonly run: (aim: TaskAim, ctx: Waiting) => Promise<Json>;
  /** For `.sync`: the output once it has ended, undefined while it runs; throws `StateError` where it failed. */
  readonly poll?: (started: Json, aim: TaskAim, ctx: Waiting) => Promise<Json | undefined>;
  /** For `.sync`: ends what was started, since the task was stopped or timed out. */
  readonly stop?: (started: Json, aim: TaskAim, ctx: Waiting) => Promise<void>;
}

/** The context under which a task calls: the machine's role, or the one in Credentials. */
export async function caller(aim: TaskAim, ctx: Waiting): Promise<Waiting> {
  const session = ctx.ids.hex(32);
  const own = ctx.asRole(aim.roleArn, session);
  const target = (aim.credentials as { readonly RoleArn?: string } | undefined)?.RoleArn;
  if (target === undefined) return own;
  // The target's trust policy has its say; what comes back are the same credentials that `asRole` stands for.
  await own.callByName("sts", "AssumeRole", { RoleArn: target, RoleSessionName: session });
  return ctx.asRole(target, session);
}
