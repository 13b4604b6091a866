// Deployed APIs as targets of rules, schedules and pipes: the input becomes the
// body of a request, made under the role that delivers.

import { fault } from "../../core/fault.ts";
import type { HttpResponse } from "../../core/http.ts";
import { type Aim, defineTarget, targetArn } from "../../core/target.ts";
import type { Waiting } from "../../core/waiting.ts";
import { apigateway } from "./model.ts";

export const executeTarget = defineTarget({ arns: "execute-api:*", send });

interface HttpParameters {
  readonly PathParameterValues?: readonly string[];
  readonly QueryStringParameters?: Readonly<Record<string, string>>;
  readonly HeaderParameters?: Readonly<Record<string, string>>;
}

async function send(aim: Aim, ctx: Waiting): Promise<unknown> {
  const [apiId = "", stage = "", method = "", ...parts] = targetArn(aim.arn).resource.split("/");
  const given = (aim.parameters?.HttpParameters ?? {}) as HttpParameters;
  const values = [...(given.PathParameterValues ?? [])];
  const path = parts.join("/").replaceAll("*", () => encodeURIComponent(values.shift() ?? "*"));
  const headers: Record<string, string> = { "content-type": "application/json" };
  for (const [name, value] of Object.entries(given.HeaderParameters ?? {}))
    headers[name.toLowerCase()] = value;
  const verb = method === "*" ? "POST" : method;
  const response = await ctx.request({
    service: "execute-api",
    method: verb,
    path: `/_execute-api/${apiId}/${stage}/${path}`,
    query: new URLSearchParams(given.QueryStringParameters).toString(),
    headers,
    body: Buffer.from(verb === "GET" || verb === "HEAD" ? "" : aim.input),
  });
  const text = await textOf(response);
  if (response.status >= 200 && response.status < 300) return parsed(text);
  throw fault(
    apigateway,
    response.status === 429 ? "TooManyRequestsException" : "BadRequestException",
    `The request failed because the HTTP response code was ${response.status}.`,
    { status: response.status },
  );
}

async function textOf({ body = "" }: HttpResponse): Promise<string> {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
