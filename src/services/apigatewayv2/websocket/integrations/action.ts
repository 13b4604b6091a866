// The integration AWS with a service that is no function: its API is asked with
// what the template made of the message.

import type { Waiting } from "../../../../core/waiting.ts";
import { withCredentials } from "../../../../gateway/credentials.ts";
import { askService, serviceAddress } from "../../../../gateway/service-action.ts";
import { type Exchange, routeArn } from "../exchange.ts";
import { internalError } from "../failure.ts";
import type { IntegrationAnswer } from "./answer.ts";
import type { MappedRequest } from "./mapping.ts";

export interface ActionIntegration {
  readonly uri: string;
  readonly method: string;
  readonly credentials: string | undefined;
  readonly timeoutMilliseconds: number;
}

export async function askAction(
  ctx: Waiting,
  exchange: Exchange,
  { uri, method, credentials, timeoutMilliseconds }: ActionIntegration,
  { headers, query, path, body }: MappedRequest,
): Promise<IntegrationAnswer> {
  const address = serviceAddress(uri, (text) =>
    text.replace(/\{(\w+)\}/g, (all, name: string) =>
      path[name] === undefined ? all : encodeURIComponent(path[name]),
    ),
  );
  if (address === undefined) throw internalError();
  const answer = await askService(withCredentials(ctx, credentials, routeArn(exchange)), address, {
    method,
    query: new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString(),
    headers: { "content-type": "application/json", ...headers },
    body,
    timeoutMilliseconds,
  });
  if (answer.kind === "timed out") throw internalError(504);
  if (answer.kind === "too long") throw internalError(502);
  const last = Object.entries(answer.headers).map(([name, values]) => [name, values.at(-1) ?? ""]);
  return { status: answer.status, headers: Object.fromEntries(last), body: answer.body };
}
