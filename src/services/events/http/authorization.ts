// What a connection adds to a request, and how OAuth tokens are had: with the
// client's credentials, kept until they expire, and anew when refused.

import { defineJob } from "../../../core/job.ts";
import { WebError } from "../../../core/ports/web.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ConnectionHttpParameters } from "../../../model/generated/events.d.ts";
import { Connection, type ConnectionRecordState, TokenRecord } from "./connection.ts";
import { type ConnectionSecret, type OAuth, readSecret } from "./secret.ts";
import { putConnection } from "./state-event.ts";

/** The part of a token's life that is left unused, lest it expire on the way. */
const marginMilliseconds = 30_000;
const defaultLifeSeconds = 3600;

export class AuthorizationError extends Error {
  override readonly name = "AuthorizationError";
}

/** `fresh`: the token at hand was refused. Throws `AuthorizationError`. */
export async function authorizationHeaders(
  connection: string,
  secret: ConnectionSecret,
  ctx: Waiting,
  fresh = false,
): Promise<Readonly<Record<string, string>>> {
  if (secret.apiKey !== undefined) return { [secret.apiKey.name]: secret.apiKey.value };
  if (secret.basic !== undefined) {
    const { username, password } = secret.basic;
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
  }
  if (secret.oauth === undefined) return {};
  return { authorization: `Bearer ${await tokenOf(connection, secret.oauth, ctx, fresh)}` };
}

async function tokenOf(name: string, oauth: OAuth, ctx: Waiting, fresh: boolean): Promise<string> {
  const known = fresh ? undefined : await ctx.atomically((tx) => tx.get(TokenRecord, name));
  if (known !== undefined && known.expiresAt > ctx.now()) return known.value;
  const { value, lifeSeconds } = await requestToken(oauth, ctx);
  const expiresAt = ctx.now() + lifeSeconds * 1000 - marginMilliseconds;
  await ctx.atomically(async (tx) => tx.put(TokenRecord, { name, value, expiresAt }));
  return value;
}

async function requestToken(oauth: OAuth, ctx: Waiting) {
  const { clientId, clientSecret, endpoint, method, parameters } = oauth;
  const credentials = {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    ...valuesOf(parameters?.BodyParameters),
  };
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(valuesOf(parameters?.QueryStringParameters))) {
    url.searchParams.append(name, value);
  }
  if (method === "GET")
    for (const [name, value] of Object.entries(credentials)) url.searchParams.append(name, value);
  const answer = await ctx
    .fetch({
      method,
      url: url.href,
      headers: {
        accept: "application/json",
        ...(method === "GET" ? {} : { "content-type": "application/x-www-form-urlencoded" }),
        ...valuesOf(parameters?.HeaderParameters),
      },
      ...(method === "GET" ? {} : { body: new URLSearchParams(credentials).toString() }),
      timeoutMilliseconds: 5000,
    })
    .catch((error: unknown) => {
      if (error instanceof WebError)
        throw new AuthorizationError(`The authorization endpoint gave no answer.`);
      throw error;
    });
  if (answer.status < 200 || answer.status > 299) {
    throw new AuthorizationError(`The authorization endpoint answered ${answer.status}.`);
  }
  return readToken(Buffer.from(answer.body).toString());
}

function readToken(text: string): { readonly value: string; readonly lifeSeconds: number } {
  let answer: { readonly access_token?: unknown; readonly expires_in?: unknown };
  try {
    answer = JSON.parse(text);
  } catch {
    throw new AuthorizationError("The authorization endpoint's answer is not JSON.");
  }
  if (typeof answer?.access_token !== "string") {
    throw new AuthorizationError("The authorization endpoint's answer has no access_token.");
  }
  const life = Number(answer.expires_in);
  return { value: answer.access_token, lifeSeconds: life > 0 ? life : defaultLifeSeconds };
}

export function valuesOf(
  parameters: ConnectionHttpParameters["HeaderParameters"] = [],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    parameters.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? ""]])),
  );
}

/** Gets the first token of an OAuth connection; until then it is AUTHORIZING. */
export const authorizeConnection = defineJob<{ readonly connection: string }>({
  name: "events.authorizeConnection",
  run: {
    waits: async ({ connection: name }, ctx) => {
      const asked = await ctx.atomically((tx) => tx.get(Connection, name));
      const secret = asked && (await readSecret(asked, ctx));
      if (secret === undefined) return;
      const failure = await authorizationHeaders(name, secret, ctx, true).then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof AuthorizationError) return error.message;
          throw error;
        },
      );
      await ctx.atomically(async (tx) => {
        const connection = await tx.get(Connection, name);
        if (connection === undefined) return;
        const settled: ConnectionRecordState =
          failure === undefined
            ? { ...connection, state: "AUTHORIZED", stateReason: undefined, authorizedAt: tx.now }
            : { ...connection, state: "DEAUTHORIZED", stateReason: failure };
        await putConnection(tx, settled, connection);
      });
    },
  },
});
