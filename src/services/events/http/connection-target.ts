// Connections as targets: a request of a workflow's HTTP task, sent with the
// connection's credentials, which leave this service only where they are asked for. The answer goes back
// as it came, whatever its status.

import { Fault } from "../../../core/fault.ts";
import { WebError, type WebRequest, type WebResponse } from "../../../core/ports/web.ts";
import { type Aim, defineTarget, type TargetOutcome, targetArn } from "../../../core/target.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { AuthorizationError, authorizationHeaders, valuesOf } from "./authorization.ts";
import { connectionName, openConnection } from "./connection.ts";
import { type ConnectionSecret, readSecret } from "./secret.ts";

export const connectionTarget = defineTarget({ arns: "events:connection/*", sendAll });

async function sendAll(aims: readonly Aim[], ctx: Waiting): Promise<readonly TargetOutcome[]> {
  return Promise.all(aims.map((aim) => sendOne(aim, ctx)));
}

async function sendOne(aim: Aim, ctx: Waiting): Promise<TargetOutcome> {
  // The role may only lend what belongs to its own account.
  const owner = aim.roleArn === undefined ? ctx.account : targetArn(aim.roleArn).account;
  if (targetArn(aim.arn).account !== owner)
    return failed("AccessDeniedException", "The connection belongs to another account.");
  try {
    const connection = await ctx.atomically((tx) => openConnection(tx, connectionName(aim.arn)));
    const secret = connection.state === "AUTHORIZED" ? await readSecret(connection, ctx) : undefined;
    if (secret === undefined) return failed("InvalidConnectionState", "The connection is not authorized.");
    return { output: await send(requestOf(aim, secret), { connection: connection.name, secret }, aim, ctx) };
  } catch (error) {
    if (error instanceof Fault) return failed(error.code, error.message);
    if (error instanceof AuthorizationError) return failed("InvalidConnectionState", error.message);
    if (error instanceof WebError) return failed("WebError", error.message);
    throw error;
  }
}

async function send(
  request: WebRequest,
  { connection, secret }: { readonly connection: string; readonly secret: ConnectionSecret },
  aim: Aim,
  ctx: Waiting,
): Promise<WebResponse & { readonly sent?: WebRequest }> {
  const attempt = async (fresh: boolean) => {
    const authorization = await authorizationHeaders(connection, secret, ctx, fresh);
    const sent = { ...request, headers: { ...request.headers, ...authorization } };
    const response = await ctx.fetch(sent);
    // For a workflow's author who tries a state and may see the secrets.
    return aim.parameters?.RevealSecrets === true ? { ...response, sent } : response;
  };
  const first = await attempt(false);
  const refused = secret.oauth !== undefined && (first.status === 401 || first.status === 407);
  return refused ? attempt(true) : first;
}

/** Where the request and the connection name the same parameter, the connection's counts. */
function requestOf(aim: Aim, { invocation }: ConnectionSecret): WebRequest {
  const given = aim.parameters?.HttpRequest as WebRequest;
  const url = new URL(given.url);
  for (const [name, value] of Object.entries(valuesOf(invocation?.QueryStringParameters))) {
    url.searchParams.set(name, value);
  }
  const more = valuesOf(invocation?.BodyParameters);
  const bare = given.method === "GET" || given.method === "HEAD";
  const body = Object.keys(more).length === 0 ? aim.input : merged(aim.input, more);
  return {
    ...given,
    url: url.href,
    headers: { ...given.headers, ...valuesOf(invocation?.HeaderParameters) },
    ...(bare || body === "" ? {} : { body }),
  };
}

function merged(input: string, more: Readonly<Record<string, string>>): string {
  try {
    const body: unknown = JSON.parse(input === "" ? "{}" : input);
    if (typeof body === "object" && body !== null && !Array.isArray(body))
      return JSON.stringify({ ...body, ...more });
  } catch {
    // No JSON: nothing can be added.
  }
  return input;
}

const failed = (code: string, message: string): TargetOutcome => ({
  failure: { code, message, passing: false },
});
