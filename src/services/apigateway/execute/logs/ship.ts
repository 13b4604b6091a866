// Where the logs of a stage go: execution logs to a group of the stage's own,
// access logs where the stage says.

import { createHash } from "node:crypto";
import type { Waiting } from "../../../../core/waiting.ts";
import { type ContextVariable, compileLogFormat } from "../../../../gateway/log-format.ts";
import { destinationOf, type LogDestination } from "../../../../gateway/log-shipper.ts";
import { gatewayState } from "../../../../gateway/process-state.ts";
import type { Value } from "../../../../lang/vtl/value.ts";
import type { MethodSetting } from "../../../../model/generated/apigateway.d.ts";
import type { StageState } from "../../deployments/stage.ts";
import type { Answer } from "../answer/answer.ts";
import type { Exchange } from "../exchange.ts";
import { collectingLog, type ExecutionLog, type LogLine, noLog } from "./execution-log.ts";

/** The log that a method's settings ask for. */
export function executionLogOf(
  ctx: Waiting,
  settings: MethodSetting,
): ExecutionLog & { readonly lines?: readonly LogLine[] } {
  const { loggingLevel, dataTraceEnabled = false } = settings;
  if (loggingLevel !== "INFO" && loggingLevel !== "ERROR") return noLog;
  const info = loggingLevel === "INFO";
  return collectingLog(() => ctx.now(), { info, data: info && dataTraceEnabled });
}

export function shipExecutionLog({ ctx, stage, requestId, log }: Exchange): void {
  const { lines = [] } = log as { readonly lines?: readonly LogLine[] };
  if (lines.length === 0) return;
  const { apiId, stageName } = stage.state;
  const destination: LogDestination = {
    kind: "logs",
    account: ctx.account,
    region: ctx.region,
    name: `API-Gateway-Execution-Logs_${apiId}/${stageName}`,
    stream: streamName(stage.state),
    makesGroup: true,
  };
  const events = lines.map(({ at, text }) => ({ timestamp: at, message: `(${requestId}) ${text}` }));
  gatewayState(ctx).logs.add(ctx, destination, events);
}

interface AccessLog {
  readonly destination: LogDestination;
  readonly line: (context: ContextVariable) => string;
}

const accessLogs = new WeakMap<StageState, AccessLog | "none">();

function accessLogOf(stage: StageState): AccessLog | undefined {
  let log = accessLogs.get(stage);
  if (log === undefined) {
    const { destinationArn, format } = stage.accessLogSettings ?? {};
    log =
      destinationArn === undefined || format === undefined
        ? "none"
        : { destination: destinationOf(destinationArn, streamName(stage)), line: compileLogFormat(format) };
    accessLogs.set(stage, log);
  }
  return log === "none" ? undefined : log;
}

/** One stream for each stage, named as AWS names its shards. */
function streamName({ apiId, stageName }: StageState): string {
  return createHash("md5").update(`${apiId}/${stageName}`).digest("hex");
}

export function shipAccessLog(exchange: Exchange, answer: Answer): void {
  const { ctx, stage, context } = exchange;
  const log = accessLogOf(stage.state);
  if (log === undefined) return;
  const { status, body } = answer;
  const length =
    typeof body === "string" ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.length : "-";
  const values: Readonly<Record<string, Value>> = {
    ...context,
    status,
    responseLength: length,
    responseLatency: ctx.now() - Number(context.requestTimeEpoch),
  };
  const line = log.line((path) => valueAt(values, path));
  gatewayState(ctx).logs.add(ctx, log.destination, [{ timestamp: ctx.now(), message: line }]);
}

function valueAt(values: Readonly<Record<string, Value>>, path: string): Value | undefined {
  let value: unknown = values;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value as Value;
}
