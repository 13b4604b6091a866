// Any service's API behind a method: `arn:aws:apigateway:us-east-1:sqs:path/...`
// makes an HTTP request to it, `...:dynamodb:action/PutItem` names an operation.

import type { HttpResponse } from "../../../../core/http.ts";
import { within } from "../../../../gateway/lambda.ts";
import type { IntegrationResult } from "../answer/integration-response.ts";
import { internalError } from "../answer/refusal.ts";
import type { CompiledIntegration } from "../api/compiled-api.ts";
import type { Exchange } from "../exchange.ts";
import type { IntegrationRequest } from "../request/integration-request.ts";
import { actingContext, timedOut } from "./lambda.ts";
import { withStageVariables } from "./stage-variables.ts";
import { queryText, withPathParameters } from "./uri.ts";

const serviceUri = /^arn:aws[\w-]*:apigateway:([^:]*):(?:([^:.]+)\.)?([^:.]+):(path|action)\/(.*)$/s;
const largestAnswer = 10 * 1024 * 1024;

export async function serviceResult(
  exchange: Exchange,
  { state }: CompiledIntegration,
  request: IntegrationRequest,
): Promise<IntegrationResult> {
  const { ctx, stage, log } = exchange;
  const uri = serviceUri.exec(withStageVariables(state.uri ?? "", stage.variables));
  if (uri === null) {
    log.error("Execution failed due to configuration error: Invalid endpoint address");
    throw internalError();
  }
  const [, region = "", subdomain, service = "", kind, rest = ""] = uri;
  const target = addressed(kind, subdomain, withPathParameters(rest, request.path));
  const query = [target.query, queryText(request.query)].filter((part) => part !== "").join("&");
  log.info(`Sending request to https://${service}.${region}.amazonaws.com${target.path}`);
  const began = ctx.now();
  const sent = actingContext(exchange, state.credentials)
    .at({ region })
    .request({
      service,
      action: target.action,
      method: state.httpMethod ?? "POST",
      path: target.path,
      query,
      headers: requestHeaders(request),
      body: request.body,
    });
  const answer = await within(ctx, state.timeoutInMillis ?? 29_000, sent, undefined);
  exchange.context.integrationLatency = ctx.now() - began;
  if (answer === undefined) throw timedOut();
  const result = await resultOf(answer);
  log.info(`Received response. Status: ${result.status}, Integration latency: ${ctx.now() - began} ms`);
  if (log.on) log.data(`Endpoint response body before transformations: ${result.body}`);
  return result;
}

interface Addressed {
  readonly action: string | undefined;
  readonly path: string;
  readonly query: string;
}

/** A subdomain is a bucket: S3 is addressed with it in the path. */
function addressed(kind: string | undefined, subdomain: string | undefined, rest: string): Addressed {
  if (kind === "action") {
    const [action = "", ...more] = rest.split(/[&?]/);
    return { action, path: "/", query: more.join("&") };
  }
  const mark = rest.indexOf("?");
  const path = (mark < 0 ? rest : rest.slice(0, mark)).replace(/^\/+/, "");
  return {
    action: undefined,
    path: subdomain === undefined ? `/${path}` : `/${subdomain}/${path}`,
    query: mark < 0 ? "" : rest.slice(mark + 1),
  };
}

function requestHeaders({ headers, contentType }: IntegrationRequest): Record<string, string> {
  const sent: Record<string, string> = { accept: "application/json", "content-type": contentType };
  for (const [name, value] of Object.entries(headers)) sent[name.toLowerCase()] = String(value);
  return sent;
}

async function resultOf({ status, headers, body = "" }: HttpResponse): Promise<IntegrationResult> {
  const chunks: Uint8Array[] = [];
  if (typeof body === "string" || body instanceof Uint8Array) chunks.push(Buffer.from(body as string));
  else {
    let length = 0;
    for await (const chunk of body) {
      length += chunk.length;
      if (length > largestAnswer) throw internalError("INTEGRATION_FAILURE");
      chunks.push(chunk);
    }
  }
  return {
    selector: String(status),
    status,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        typeof value === "string" ? [value] : value,
      ]),
    ),
    body: Buffer.concat(chunks),
  };
}
