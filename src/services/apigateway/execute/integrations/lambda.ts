// Functions behind methods: AWS_PROXY, which hands over the whole request as an
// event, and AWS, which hands over what the template makes of it.

import { Fault } from "../../../../core/fault.ts";
import type { Waiting } from "../../../../core/waiting.ts";
import { withCredentials } from "../../../../gateway/credentials.ts";
import { functionOfUri, invokeFunction, within } from "../../../../gateway/lambda.ts";
import type { Lambda } from "../../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../../model/handle.ts";
import type { Answer } from "../answer/answer.ts";
import type { IntegrationResult } from "../answer/integration-response.ts";
import { internalError, Refusal } from "../answer/refusal.ts";
import type { CompiledIntegration } from "../api/compiled-api.ts";
import type { Exchange } from "../exchange.ts";
import type { IntegrationRequest } from "../request/integration-request.ts";
import { noteFailure, noteOutcome } from "./outcome.ts";
import { proxyAnswer } from "./proxy-answer.ts";
import { proxyEvent } from "./proxy-event.ts";
import { withStageVariables } from "./stage-variables.ts";
import { streamedAnswer } from "./streamed-answer.ts";

const lambda = modelOf<Lambda>("lambda");
const defaultTimeout = 29_000;

export const timedOut = (): Refusal => new Refusal("INTEGRATION_TIMEOUT", "Endpoint request timed out");

/** The function that a URI leads to; undefined where it leads to something else. */
export function functionOf({ stage }: Exchange, { state }: CompiledIntegration): string | undefined {
  return functionOfUri(withStageVariables(state.uri ?? "", stage.variables));
}

/** As whom: API Gateway for this method, a role, or the caller. */
export function actingContext(exchange: Exchange, credentials: string | undefined): Waiting {
  const { ctx, caller, stage, trace } = exchange;
  const asCaller = caller === undefined ? ctx : ctx.as(caller);
  const role = credentials && withStageVariables(credentials, stage.variables);
  return withCredentials(asCaller, role, sourceArn(exchange)).at(ctx).traced(trace);
}

/** `arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets/*`: what a function's permission names. */
export function sourceArn({ ctx, api, stage, request, route }: Exchange): string {
  const path = (route?.method.resource.path ?? "/").replace(/\{[^}]*\}/g, "*");
  return `arn:aws:execute-api:${ctx.region}:${ctx.account}:${api.snapshot.api.id}/${stage.state.stageName}/${request.method}${path}`;
}

export async function lambdaProxy(
  exchange: Exchange,
  integration: CompiledIntegration,
  functionName: string,
): Promise<Answer> {
  const { state } = integration;
  const payload = Buffer.from(JSON.stringify(proxyEvent(exchange)));
  if (exchange.log.on) {
    exchange.log.data(`Endpoint request body after transformations: ${payload}`);
  }
  if (state.responseTransferMode === "STREAM") return streamed(exchange, integration, functionName, payload);
  const answered = await invoked(exchange, integration, functionName, payload);
  if (answered.functionError !== undefined) {
    noteFailure(exchange, "Lambda execution failed with status 200 due to customer function error.");
    throw internalError("DEFAULT_5XX", 502);
  }
  return proxyAnswer(exchange, answered.payload);
}

async function invoked(
  exchange: Exchange,
  { state }: CompiledIntegration,
  functionName: string,
  payload: Uint8Array,
): Promise<{ readonly payload: Uint8Array; readonly functionError: string | undefined }> {
  const { ctx, caller, stage, log } = exchange;
  const asCaller = caller === undefined ? ctx : ctx.as(caller);
  const began = ctx.now();
  const uri = `https://lambda.${ctx.region}.amazonaws.com/2015-03-31/functions/${functionName}/invocations`;
  log.data(`Endpoint request URI: ${uri}`);
  log.info(`Sending request to ${uri}`);
  const answer = await invokeFunction(asCaller.traced(exchange.trace), {
    functionName,
    payload,
    credentials: state.credentials && withStageVariables(state.credentials, stage.variables),
    sourceArn: sourceArn(exchange),
    timeoutMilliseconds: state.timeoutInMillis ?? defaultTimeout,
  });
  noteOutcome(exchange, { latency: ctx.now() - began });
  if (answer.kind === "timed out") {
    noteFailure(exchange, "Execution failed due to a timeout error");
    throw timedOut();
  }
  if (answer.kind === "refused") {
    noteFailure(exchange, `Execution failed due to configuration error: ${answer.fault.message}`);
    throw internalError();
  }
  noteOutcome(exchange, { status: 200 });
  log.info(`Received response. Status: 200, Integration latency: ${ctx.now() - began} ms`);
  if (log.on) log.data(`Endpoint response body before transformations: ${Buffer.from(answer.payload)}`);
  return answer;
}

async function streamed(
  exchange: Exchange,
  { state }: CompiledIntegration,
  functionName: string,
  payload: Uint8Array,
): Promise<Answer> {
  const [, , , region, account] = functionName.split(":");
  const place = region !== undefined && account !== undefined ? { region, account } : {};
  const acting = actingContext(exchange, state.credentials).at(place);
  const input = { FunctionName: functionName, Payload: payload };
  const opened = acting.call(lambda, "InvokeWithResponseStream", input).then(
    async ({ EventStream }) => streamedAnswer(exchange, EventStream),
    (error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      noteFailure(exchange, `Execution failed due to configuration error: ${error.message}`);
      throw internalError();
    },
  );
  // A promise that is no longer waited for must not be an accident.
  opened.catch(() => undefined);
  const answer = await within(exchange.ctx, state.timeoutInMillis ?? defaultTimeout, opened, undefined);
  if (answer === undefined) throw timedOut();
  return answer;
}

export async function lambdaResult(
  exchange: Exchange,
  integration: CompiledIntegration,
  functionName: string,
  request: IntegrationRequest,
): Promise<IntegrationResult> {
  const body = request.body.length === 0 ? Buffer.from("{}") : request.body;
  if (exchange.log.on) exchange.log.data(`Endpoint request body after transformations: ${body}`);
  const type = Object.entries(request.headers).find(
    ([name]) => name.toLowerCase() === "x-amz-invocation-type",
  );
  if (type !== undefined && String(type[1]) === "Event") {
    await queued(exchange, integration, functionName, body);
    return { selector: undefined, status: 202, headers: json, body: Buffer.alloc(0) };
  }
  const { payload, functionError } = await invoked(exchange, integration, functionName, body);
  const answer = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const selector = functionError === undefined ? undefined : errorMessage(answer);
  return { selector, status: 200, headers: json, body: answer };
}

const json = { "content-type": ["application/json"] };

async function queued(
  exchange: Exchange,
  { state }: CompiledIntegration,
  functionName: string,
  payload: Uint8Array,
): Promise<void> {
  const [, , , region, account] = functionName.split(":");
  const place = region !== undefined && account !== undefined ? { region, account } : {};
  const input = { FunctionName: functionName, InvocationType: "Event" as const, Payload: payload };
  try {
    await actingContext(exchange, state.credentials).at(place).call(lambda, "Invoke", input);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    noteFailure(exchange, `Execution failed due to configuration error: ${error.message}`);
    throw internalError();
  }
}

/** What patterns are held against: what the function threw. */
function errorMessage(payload: Buffer): string {
  try {
    const value = JSON.parse(payload.toString()) as { readonly errorMessage?: unknown } | null;
    return String(value?.errorMessage ?? "");
  } catch {
    return "";
  }
}
