// What execution logs tell of a request as it begins and as it ends.

import type { Answer } from "../answer/answer.ts";
import type { Exchange } from "../exchange.ts";
import { printed } from "./execution-log.ts";

export function logBeginning({
  log,
  request,
  requestId,
  extendedRequestId,
  route,
  stage,
  testing,
}: Exchange): void {
  if (!log.on) return;
  const stageName = `${stage.state.apiId}/${stage.state.stageName}`;
  const method = `${request.method} ${route?.method.resource.path}`;
  if (!testing) {
    log.info(`Extended Request Id: ${extendedRequestId}`);
    log.info(`Verifying Usage Plan for request: ${requestId}. API Key:  API Stage: ${stageName}`);
    if (route?.method.state.apiKeyRequired !== true) {
      log.info(
        `API Key  authorized because method '${method}' does not require API Key. Request will not contribute to throttle or quota limits`,
      );
    }
    log.info(`Usage Plan check succeeded for API Key  and API Stage ${stageName}`);
  }
  log.info(`Starting execution for request: ${requestId}`);
  log.info(
    `HTTP Method: ${request.method}, Resource Path: ${testing ? request.path : route?.method.resource.path}`,
  );
  log.data(`Method request path: ${printed(Object.entries(route?.pathParameters ?? {}))}`);
  log.data(`Method request query string: ${printed(lastOf(request.query))}`);
  log.data(
    `Method request headers: ${printed([...request.headers.values()].map((each) => [each.name, each.values]))}`,
  );
  log.data(`Method request body before transformations: ${request.body.toString()}`);
}

function lastOf(query: ReadonlyMap<string, readonly string[]>): readonly (readonly [string, string])[] {
  return [...query].map(([name, values]) => [name, values.at(-1) ?? ""]);
}

export function logEnd({ log }: Exchange, { status, headers, body }: Answer): void {
  if (!log.on) return;
  const text =
    typeof body === "string" || body instanceof Uint8Array ? Buffer.from(body as string).toString() : "";
  log.data(`Method response body after transformations: ${text}`);
  log.data(`Method response headers: ${printed(Object.entries(headers))}`);
  if (status < 500) log.info("Successfully completed execution");
  log.info(`Method completed with status: ${status}`);
}
