// Log groups as targets: each text becomes an event of a stream of its own day
// and deliverer.

import { Fault } from "../../core/fault.ts";
import { type Aim, defineTarget, type TargetOutcome, targetArn } from "../../core/target.ts";
import type { Waiting } from "../../core/waiting.ts";
import { logs } from "./model.ts";

const mostEvents = 1000;

export const logGroupTarget = defineTarget({ arns: "logs:log-group:*", sendAll });

async function sendAll(aims: readonly Aim[], ctx: Waiting): Promise<readonly TargetOutcome[]> {
  const logGroupName = targetArn(aims[0]!.arn).resource.split(":")[1] ?? "";
  const logStreamName = streamName(aims[0]!, ctx);
  await ctx.call(logs, "CreateLogStream", { logGroupName, logStreamName }).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.code !== "ResourceAlreadyExistsException") throw error;
  });
  for (let at = 0; at < aims.length; at += mostEvents) {
    const logEvents = aims
      .slice(at, at + mostEvents)
      .map((aim) => ({ timestamp: timestampOf(aim, ctx), message: aim.input }))
      .toSorted((one, other) => one.timestamp - other.timestamp);
    await ctx.call(logs, "PutLogEvents", { logGroupName, logStreamName, logEvents });
  }
  return aims.map(() => ({}));
}

/** A pipe may take it from the event, in milliseconds or as RFC 3339. */
function timestampOf({ parameters }: Aim, ctx: Waiting): number {
  const { Timestamp } = (parameters?.CloudWatchLogsParameters ?? {}) as { readonly Timestamp?: string };
  if (Timestamp === undefined) return ctx.now();
  const time = /^\d+$/.test(Timestamp) ? Number(Timestamp) : Date.parse(Timestamp);
  return Number.isNaN(time) ? ctx.now() : time;
}

/** A pipe may name the stream; all others get one for each hour. */
function streamName({ parameters, source, sourceArn }: Aim, ctx: Waiting): string {
  const given = parameters?.CloudWatchLogsParameters as { readonly LogStreamName?: string } | undefined;
  if (given?.LogStreamName !== undefined) return given.LogStreamName;
  const hour = new Date(ctx.now()).toISOString().slice(0, 13).replace(/[-T]/g, "/");
  const deliverer = source.split(".")[0] ?? source;
  return `${deliverer}/${hour}/${sourceArn.slice(sourceArn.lastIndexOf("/") + 1)}`.replace(/[:*]/g, "_");
}
