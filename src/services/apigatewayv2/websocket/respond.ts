// What of an integration's answer goes back to the client: nothing, unless the
// route has a response.

import type { IntegrationResponseState } from "../records/parts.ts";
import type { Exchange } from "./exchange.ts";
import type { IntegrationAnswer } from "./integrations/answer.ts";
import { responseBody } from "./integrations/mapping.ts";
import type { SocketRoute } from "./routes.ts";
import { compileSelection, partsOf } from "./selection.ts";

/** Undefined where nothing goes back. */
export function messageBack(
  exchange: Exchange,
  { response, integration, integrationResponses }: SocketRoute,
  answer: IntegrationAnswer,
): Buffer | undefined {
  if (response === undefined || integration === undefined) return undefined;
  const proxy = integration.IntegrationType === "AWS_PROXY" || integration.IntegrationType === "HTTP_PROXY";
  const mapping = proxy
    ? undefined
    : selected(integration.IntegrationResponseSelectionExpression, integrationResponses, answer);
  const body = mapping === undefined ? answer.body : responseBody(exchange, mapping, answer);
  return body.length === 0 ? undefined : body;
}

/** By its key: `/200/` or `/4\d\d/` against what the expression yields, else `$default`. */
function selected(
  expression: string | undefined,
  responses: readonly IntegrationResponseState[],
  { status, headers, request }: IntegrationAnswer,
): IntegrationResponseState | undefined {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of API Gateway.
  const value = compileSelection(expression ?? "${integration.response.statuscode}")({
    // A mock's default is `$request.body.statuscode`, whose spelling its templates do not share.
    body: (path) =>
      path.length === 1 && path[0]!.toLowerCase() === "statuscode" ? status : partsOf(request ?? "")(path),
    variable: (name) => {
      if (name === "integration.response.statuscode") return String(status);
      const header = /^integration\.response\.header\.(.+)$/.exec(name)?.[1];
      return header === undefined ? undefined : headers[header.toLowerCase()];
    },
  });
  return (
    responses.find(({ IntegrationResponseKey: key }) => value !== undefined && matches(key, value)) ??
    responses.find(({ IntegrationResponseKey: key }) => key === "$default")
  );
}

function matches(key: string, value: string): boolean {
  const pattern = /^\/(.*)\/$/.exec(key)?.[1];
  if (pattern === undefined) return key === value;
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return false;
  }
}
