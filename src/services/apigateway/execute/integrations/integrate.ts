// Which kind of integration a method has, and its way from request to answer.

import { notImplemented } from "../../../../core/fault.ts";
import type { Answer } from "../answer/answer.ts";
import { type IntegrationResult, methodAnswer } from "../answer/integration-response.ts";
import { internalError } from "../answer/refusal.ts";
import type { CompiledIntegration } from "../api/compiled-api.ts";
import type { Exchange } from "../exchange.ts";
import { type IntegrationRequest, integrationRequest } from "../request/integration-request.ts";
import { httpProxy, httpResult } from "./http.ts";
import { functionOf, lambdaProxy, lambdaResult } from "./lambda.ts";
import { mockResult } from "./mock.ts";
import { noteOutcome } from "./outcome.ts";
import { serviceResult } from "./service.ts";

export async function integrate(exchange: Exchange, integration: CompiledIntegration): Promise<Answer> {
  const { state } = integration;
  if (state.connectionType === "VPC_LINK")
    throw notImplemented("apigateway", "integrations through VPC links");
  if (state.type === "HTTP_PROXY") return httpProxy(exchange, integration);
  const functionName = state.type === "MOCK" ? undefined : functionOf(exchange, integration);
  if (state.type === "AWS_PROXY") {
    if (functionName !== undefined) return lambdaProxy(exchange, integration, functionName);
    throw notImplemented("apigateway", `AWS_PROXY integrations with ${state.uri}`);
  }
  const request = integrationRequest(exchange, integration);
  const pending = resultOf(exchange, integration, functionName, request);
  const result = pending instanceof Promise ? await pending : pending;
  noteOutcome(exchange, { status: result.status });
  return methodAnswer(exchange, integration, result);
}

function resultOf(
  exchange: Exchange,
  integration: CompiledIntegration,
  functionName: string | undefined,
  request: IntegrationRequest,
): Promise<IntegrationResult> | IntegrationResult {
  switch (integration.state.type) {
    case "MOCK":
      return mockResult(exchange, request);
    case "HTTP":
      return httpResult(exchange, integration, request);
    case "AWS":
      if (functionName !== undefined) return lambdaResult(exchange, integration, functionName, request);
      return serviceResult(exchange, integration, request);
    default:
      throw internalError();
  }
}
