// AWS_PROXY to a function: the event goes out in the format that the
// integration asks for, and what comes back becomes the response.

import type { Waiting } from "../../../../core/waiting.ts";
import { functionOfUri, invokeFunction } from "../../../../gateway/lambda.ts";
import type { IntegrationState } from "../../records/parts.ts";
import { type Answer, internalError, unavailable } from "../answer.ts";
import { eventOfFormat1, eventOfFormat2 } from "../event.ts";
import { type Exchange, routeArn } from "../exchange.ts";
import { withStageVariables } from "../mapping/stage-variables.ts";
import { answerOfFormat1, answerOfFormat2 } from "./lambda-response.ts";

const defaultTimeout = 30_000;

export async function invokeLambda(exchange: Exchange, integration: IntegrationState): Promise<Answer> {
  const { ctx, served } = exchange;
  const uri = withStageVariables(integration.IntegrationUri ?? "", served.stage.StageVariables);
  const functionName = functionOfUri(uri);
  if (functionName === undefined) throw internalError();
  const format2 = integration.PayloadFormatVersion === "2.0";
  const event = format2 ? eventOfFormat2(exchange) : eventOfFormat1(exchange);
  const answered = await invokeFunction(callersContext(exchange), {
    functionName,
    payload: Buffer.from(JSON.stringify(event)),
    credentials: integration.CredentialsArn,
    sourceArn: routeArn(exchange),
    timeoutMilliseconds: integration.TimeoutInMillis ?? defaultTimeout,
  });
  exchange.integrationLatency = ctx.now() - exchange.startedAt;
  if (answered.kind === "timed out") {
    exchange.integrationError = "The request to the Lambda function timed out";
    throw unavailable();
  }
  if (answered.kind === "refused") {
    exchange.integrationError = answered.fault.message;
    throw answered.fault.code === "TooManyRequestsException" ? unavailable() : internalError();
  }
  exchange.integrationStatus = 200;
  if (answered.functionError !== undefined) {
    exchange.integrationError = "The Lambda function returned an error";
    throw internalError();
  }
  const answer = format2 ? answerOfFormat2(answered.payload) : answerOfFormat1(answered.payload);
  if (answer === undefined) {
    exchange.integrationError =
      "The response from the Lambda function doesn't match the format that API Gateway expects.";
    throw internalError();
  }
  return answer;
}

/** Who signed is who calls, where the integration asks for the caller's own credentials. */
export function callersContext({ ctx, authorization }: Exchange): Waiting {
  return authorization.kind === "iam" ? ctx.as(authorization.principal) : ctx;
}
