// API destinations as targets: the input becomes the body of a request, with
// what the connection and the target add to path, query, headers and body.

import { WebError, type WebRequest, type WebResponse } from "../../../core/ports/web.ts";
import { type Aim, defineTarget, type TargetOutcome } from "../../../core/target.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { HttpParameters } from "../../../model/generated/events.d.ts";
import { type ApiDestinationState, openApiDestination, reserveCalls } from "./api-destination.ts";
import { AuthorizationError, authorizationHeaders, valuesOf } from "./authorization.ts";
import { connectionName, openConnection } from "./connection.ts";
import { type ConnectionSecret, readSecret } from "./secret.ts";

export const apiDestinationTarget = defineTarget({ arns: "events:api-destination/*", sendAll });

const timeoutMilliseconds = 5000;

async function sendAll(aims: readonly Aim[], ctx: Waiting): Promise<readonly TargetOutcome[]> {
  const name = aims[0]!.arn.split("/")[1] ?? "";
  const { destination, connection, turns } = await ctx.atomically(async (tx) => {
    const found = await openApiDestination(tx, name);
    const connection = await openConnection(tx, connectionName(found.connectionArn));
    return {
      destination: found,
      connection,
      turns: await reserveCalls(tx, found, aims.length),
    };
  });
  const secret = connection.state === "AUTHORIZED" ? await readSecret(connection, ctx) : undefined;
  if (secret === undefined) {
    return aims.map(() => failed("NotAuthorized", "The connection is not authorized.", false));
  }
  return Promise.all(
    aims.map(async (aim, at) => {
      const turn = turns[at];
      if (turn === undefined)
        return failed("ThrottlingException", "The invocation rate limit is reached.", true);
      // Beside each other: a wait of one must not hide that another is at work.
      return ctx.beside(async (beside) => {
        await beside.sleepUntil(turn);
        return call(destination, { connection: connection.name, secret }, aim, beside);
      });
    }),
  );
}

async function call(
  destination: ApiDestinationState,
  { connection, secret }: { readonly connection: string; readonly secret: ConnectionSecret },
  aim: Aim,
  ctx: Waiting,
): Promise<TargetOutcome> {
  try {
    const request = requestOf(destination, secret, aim);
    const send = async (fresh: boolean): Promise<WebResponse> =>
      ctx.fetch({
        ...request,
        headers: { ...request.headers, ...(await authorizationHeaders(connection, secret, ctx, fresh)) },
      });
    const first = await send(false);
    const refused = secret.oauth !== undefined && (first.status === 401 || first.status === 407);
    return outcomeOf(refused ? await send(true) : first);
  } catch (error) {
    if (error instanceof AuthorizationError) return failed("NotAuthorized", error.message, true);
    if (!(error instanceof WebError)) throw error;
    const code = error.failure === "timeout" ? "Timeout" : "ConnectionFailure";
    return failed(code, "Unable to invoke the ApiDestination endpoint: it gave no answer.", true);
  }
}

/** The statuses that may pass, by AWS's documentation (eb-api-destinations.html). */
const passingStatuses = new Set([401, 407, 409, 429]);

function outcomeOf({ status, body }: WebResponse): TargetOutcome {
  if (status >= 200 && status < 300) return { output: parsed(Buffer.from(body).toString()) };
  return failed(
    status === 429 ? "ThrottlingException" : "ErrorFromTarget",
    `Unable to invoke ApiDestination endpoint: The request failed because the HTTP response code was ${status}.`,
    passingStatuses.has(status) || status >= 500,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const failed = (code: string, message: string, passing: boolean): TargetOutcome => ({
  failure: { code, message, passing },
});

/** Where the connection and the target name the same parameter, the connection's counts. */
function requestOf(
  { endpoint, method }: ApiDestinationState,
  secret: ConnectionSecret,
  aim: Aim,
): WebRequest {
  const given = (aim.parameters?.HttpParameters ?? {}) as HttpParameters;
  const values = [...(given.PathParameterValues ?? [])];
  const url = new URL(endpoint.replaceAll("*", () => encodeURIComponent(values.shift() ?? "")));
  const query = { ...given.QueryStringParameters, ...valuesOf(secret.invocation?.QueryStringParameters) };
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  const bare = method === "GET" || method === "HEAD";
  return {
    method,
    url: url.href,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "user-agent": "Amazon/EventBridge/ApiDestinations",
      range: "bytes=0-1048575",
      ...given.HeaderParameters,
      ...valuesOf(secret.invocation?.HeaderParameters),
    },
    ...(bare ? {} : { body: bodyOf(aim.input, valuesOf(secret.invocation?.BodyParameters)) }),
    timeoutMilliseconds,
  };
}

function bodyOf(input: string, more: Readonly<Record<string, string>>): string {
  if (Object.keys(more).length === 0) return input;
  const body = parsed(input);
  if (typeof body !== "object" || body === null || Array.isArray(body)) return input;
  return JSON.stringify({ ...body, ...more });
}
