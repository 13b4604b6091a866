// A line for each thing that happens on a connection, where the stage says.
// (docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html)

import { createHash } from "node:crypto";
import type { Waiting } from "../../../core/waiting.ts";
import { type ContextVariable, compileLogFormat } from "../../../gateway/log-format.ts";
import { destinationOf, type LogDestination } from "../../../gateway/log-shipper.ts";
import { gatewayState } from "../../../gateway/process-state.ts";
import type { StageState } from "../records/stage.ts";
import { type Exchange, requestContext } from "./exchange.ts";
import { logExecution } from "./execution-log.ts";
import type { Failure } from "./failure.ts";
import { valueAt } from "./value-at.ts";

export interface Outcome {
  readonly status: number;
  readonly failure?: Failure | undefined;
  readonly integrationStatus?: number | undefined;
}

interface AccessLog {
  readonly destination: LogDestination;
  readonly line: (context: ContextVariable) => string;
}

const logs = new WeakMap<StageState, AccessLog | "none">();

/** In the stage's access log and its execution log, as far as it has them. */
export function logOutcome(ctx: Waiting, exchange: Exchange, outcome: Outcome): void {
  logExecution(ctx, exchange, outcome);
  const log = accessLogOf(exchange.served.stage);
  if (log === undefined) return;
  const { failure, status, integrationStatus } = outcome;
  const values = {
    ...requestContext(exchange),
    status,
    integrationStatus,
    integrationLatency: ctx.now() - exchange.at,
    error:
      failure === undefined
        ? {}
        : { message: failure.message, messageString: JSON.stringify(failure.message) },
    ...(failure === undefined ? {} : { integrationErrorMessage: failure.message }),
  };
  const message = log.line((path) => valueAt(values, path));
  gatewayState(ctx).logs.add(ctx, log.destination, [{ timestamp: ctx.now(), message }]);
}

function accessLogOf(stage: StageState): AccessLog | undefined {
  let log = logs.get(stage);
  if (log === undefined) {
    const { DestinationArn, Format } = stage.AccessLogSettings ?? {};
    log =
      DestinationArn === undefined || Format === undefined
        ? "none"
        : { destination: destinationOf(DestinationArn, streamName(stage)), line: compileLogFormat(Format) };
    logs.set(stage, log);
  }
  return log === "none" ? undefined : log;
}

function streamName({ apiId, StageName }: StageState): string {
  return createHash("md5").update(`${apiId}/${StageName}`).digest("hex");
}
