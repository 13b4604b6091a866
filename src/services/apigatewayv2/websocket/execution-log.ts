// What happens on a connection step by step, where the stage's settings ask for
// it: in the log group that API Gateway makes for the stage.

import type { Waiting } from "../../../core/waiting.ts";
import type { LogDestination } from "../../../gateway/log-shipper.ts";
import { gatewayState } from "../../../gateway/process-state.ts";
import type { StageState } from "../records/stage.ts";
import type { Outcome } from "./access-log.ts";
import type { Exchange } from "./exchange.ts";

/** A body in a log is cut off. */
const longestBody = 1024;

export function logExecution(ctx: Waiting, exchange: Exchange, outcome: Outcome): void {
  const { stage } = exchange.served;
  const { LoggingLevel: level = "OFF", DataTraceEnabled: traced = false } = {
    ...stage.DefaultRouteSettings,
    ...stage.RouteSettings[exchange.routeKey],
  };
  if (level === "OFF" || (level === "ERROR" && outcome.failure === undefined)) return;
  const steps =
    level === "INFO" ? told(exchange, outcome, traced) : [`Execution failed: ${outcome.failure?.message}`];
  const lines = steps.map((step) => ({ timestamp: ctx.now(), message: `(${exchange.requestId}) ${step}` }));
  gatewayState(ctx).logs.add(ctx, destination(ctx, stage), lines);
}

function told(
  exchange: Exchange,
  { status, integrationStatus, failure }: Outcome,
  traced: boolean,
): string[] {
  const { connection, happening, routeKey, requestId } = exchange;
  const { apiId, connectionId, sourceIp, userAgent } = connection;
  return [
    `Extended Request Id: ${requestId}`,
    `WebSocket Request Route: [${routeKey}]`,
    ...(happening.type === "CONNECT"
      ? [
          `Client [UserAgent: ${userAgent || null}, SourceIp: ${sourceIp}] is connecting to WebSocket API [${apiId}].`,
        ]
      : []),
    ...(happening.type === "DISCONNECT"
      ? [`Client [Connection Id: ${connectionId}] disconnected from API: [${apiId}]`]
      : []),
    ...(happening.type === "MESSAGE" && traced
      ? [`Request body: ${happening.body.slice(0, longestBody)}`]
      : []),
    ...(integrationStatus === undefined ? [] : [`Received response. Status: ${integrationStatus}`]),
    ...(failure === undefined ? [] : [`Execution failed: ${failure.message}`]),
    `Method completed with status: ${status}`,
  ];
}

function destination(ctx: Waiting, { apiId, StageName }: StageState): LogDestination {
  const { region, account } = ctx;
  const name = `/aws/apigateway/${apiId}/${StageName}`;
  return { kind: "logs", region, account, name, stream: "execution", makesGroup: true };
}
