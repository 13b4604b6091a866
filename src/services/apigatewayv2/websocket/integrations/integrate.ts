// Has a route's integration deal with what happened.

import type { Waiting } from "../../../../core/waiting.ts";
import { functionOfUri, within } from "../../../../gateway/lambda.ts";
import type { IntegrationState } from "../../records/parts.ts";
import { proxyEvent } from "../event.ts";
import type { Exchange } from "../exchange.ts";
import { internalError } from "../failure.ts";
import { askAction } from "./action.ts";
import type { IntegrationAnswer } from "./answer.ts";
import { askFunction, proxyAnswer } from "./function.ts";
import { askEndpoint } from "./http.ts";
import { mappedRequest, mockStatus } from "./mapping.ts";

const longestMilliseconds = 29_000;

export async function integrate(
  ctx: Waiting,
  exchange: Exchange,
  integration: IntegrationState,
): Promise<IntegrationAnswer> {
  const { IntegrationType, CredentialsArn, IntegrationMethod = "POST" } = integration;
  const uri = withStageVariables(integration.IntegrationUri ?? "", exchange);
  const credentials = CredentialsArn && withStageVariables(CredentialsArn, exchange);
  const timeoutMilliseconds = integration.TimeoutInMillis ?? longestMilliseconds;
  const functionName = functionOfUri(uri);
  if (IntegrationType === "AWS_PROXY") {
    if (functionName === undefined) throw internalError();
    const payload = Buffer.from(JSON.stringify(proxyEvent(exchange)));
    return proxyAnswer(
      await askFunction(ctx, exchange, { functionName, payload, credentials, timeoutMilliseconds }),
    );
  }
  const request = mappedRequest(exchange, integration);
  if (IntegrationType === "MOCK") {
    const status = mockStatus(request);
    return { status, headers: {}, body: Buffer.alloc(0), request: request.body.toString() };
  }
  if (IntegrationType === "HTTP" || IntegrationType === "HTTP_PROXY") {
    const asked = askEndpoint(ctx, IntegrationMethod, uri, request, timeoutMilliseconds);
    const answer = await within(ctx, timeoutMilliseconds, asked, undefined);
    if (answer === undefined) throw internalError(504);
    return answer;
  }
  if (functionName === undefined) {
    return askAction(
      ctx,
      exchange,
      { uri, credentials, method: IntegrationMethod, timeoutMilliseconds },
      request,
    );
  }
  const payload = request.body;
  const body = await askFunction(ctx, exchange, { functionName, payload, credentials, timeoutMilliseconds });
  return { status: 200, headers: { "content-type": "application/json" }, body };
}

/** `${stageVariables.name}`, which may stand for any part. */
function withStageVariables(text: string, { served }: Exchange): string {
  return text.replace(
    /\$\{stageVariables\.(\w+)\}/g,
    (_all, name: string) => served.stage.StageVariables[name] ?? "",
  );
}
