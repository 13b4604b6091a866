// Any service's API behind a method, which acts as the integration's role, or
// as API Gateway.

import { askService, serviceAddress } from "../../../../gateway/service-action.ts";
import type { IntegrationResult } from "../answer/integration-response.ts";
import { internalError } from "../answer/refusal.ts";
import type { CompiledIntegration } from "../api/compiled-api.ts";
import type { Exchange } from "../exchange.ts";
import type { IntegrationRequest } from "../request/integration-request.ts";
import { actingContext, timedOut } from "./lambda.ts";
import { noteFailure, noteOutcome } from "./outcome.ts";
import { withStageVariables } from "./stage-variables.ts";
import { queryText, withPathParameters } from "./uri.ts";

export async function serviceResult(
  exchange: Exchange,
  { state }: CompiledIntegration,
  request: IntegrationRequest,
): Promise<IntegrationResult> {
  const { ctx, stage, log } = exchange;
  const uri = withStageVariables(state.uri ?? "", stage.variables);
  const address = serviceAddress(uri, (path) => withPathParameters(path, request.path));
  if (address === undefined) {
    noteFailure(exchange, "Execution failed due to configuration error: Invalid endpoint address");
    throw internalError();
  }
  log.info(`Sending request to https://${address.service}.${address.region}.amazonaws.com${address.path}`);
  const began = ctx.now();
  const answer = await askService(actingContext(exchange, state.credentials), address, {
    method: state.httpMethod ?? "POST",
    query: queryText(request.query),
    headers: requestHeaders(request),
    body: request.body,
    timeoutMilliseconds: state.timeoutInMillis ?? 29_000,
  });
  noteOutcome(exchange, { latency: ctx.now() - began });
  if (answer.kind === "timed out") throw timedOut();
  if (answer.kind === "too long") throw internalError("INTEGRATION_FAILURE");
  const { status, headers, body } = answer;
  log.info(`Received response. Status: ${status}, Integration latency: ${ctx.now() - began} ms`);
  if (log.on) log.data(`Endpoint response body before transformations: ${body}`);
  return { selector: String(status), status, headers, body };
}

function requestHeaders({ headers, contentType }: IntegrationRequest): Record<string, string> {
  const sent: Record<string, string> = { "content-type": contentType };
  for (const [name, value] of Object.entries(headers)) sent[name.toLowerCase()] = String(value);
  return sent;
}
