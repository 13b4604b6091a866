// Any service's API behind an integration: `arn:aws:apigateway:us-east-1:sqs:path/...`
// makes an HTTP request to it, `...:dynamodb:action/PutItem` names an operation.

import type { HttpResponse } from "../core/http.ts";
import type { Waiting } from "../core/waiting.ts";
import { within } from "./lambda.ts";

const serviceUri = /^arn:aws[\w-]*:apigateway:([^:]*):(?:([^:.]+)\.)?([^:.]+):(path|action)\/(.*)$/s;
const largestAnswer = 10 * 1024 * 1024;

export interface ServiceAddress {
  readonly region: string;
  readonly service: string;
  readonly action: string | undefined;
  readonly path: string;
  readonly query: string;
}

/** Where an integration's URI leads; `fill` puts parameters into its path. Undefined where it leads nowhere. */
export function serviceAddress(
  uri: string,
  fill: (path: string) => string = (path) => path,
): ServiceAddress | undefined {
  const match = serviceUri.exec(uri);
  if (match === null) return undefined;
  const [, region = "", subdomain, service = "", kind, rest = ""] = match;
  return { region, service, ...addressed(kind, subdomain, fill(rest)) };
}

/** A subdomain is a bucket: S3 is addressed with it in the path. */
function addressed(
  kind: string | undefined,
  subdomain: string | undefined,
  rest: string,
): Pick<ServiceAddress, "action" | "path" | "query"> {
  if (kind === "action") {
    const [action = "", ...more] = rest.split(/[&?]/);
    return { action, path: "/", query: more.join("&") };
  }
  const mark = rest.indexOf("?");
  const path = (mark < 0 ? rest : rest.slice(0, mark)).replace(/^\/+/, "");
  return {
    action: undefined,
    path: subdomain === undefined ? `/${path}` : `/${subdomain}/${path}`,
    query: mark < 0 ? "" : rest.slice(mark + 1),
  };
}

export interface ServiceRequest {
  readonly method: string;
  /** Added to the address's own. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly timeoutMilliseconds: number;
}

export type ServiceAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** By lower-case names. */
      readonly headers: Readonly<Record<string, readonly string[]>>;
      readonly body: Buffer;
    }
  | { readonly kind: "timed out" }
  | { readonly kind: "too long" };

/** `ctx` is that of whom the integration acts as. */
export async function askService(
  ctx: Waiting,
  { region, service, action, path, query }: ServiceAddress,
  request: ServiceRequest,
): Promise<ServiceAnswer> {
  const sent = ctx.at({ region }).request({
    service,
    action,
    method: request.method,
    path,
    query: [query, request.query].filter((part) => part !== "").join("&"),
    headers: { accept: "application/json", ...lowerCase(request.headers) },
    body: request.body,
  });
  const answer = await within(ctx, request.timeoutMilliseconds, sent, undefined);
  if (answer === undefined) return { kind: "timed out" };
  const body = await wholeBody(answer);
  if (body === undefined) return { kind: "too long" };
  const headers = Object.entries(answer.headers).map(([name, value]): [string, readonly string[]] => [
    name.toLowerCase(),
    typeof value === "string" ? [value] : value,
  ]);
  return { kind: "answered", status: answer.status, headers: Object.fromEntries(headers), body };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

async function wholeBody({ body = "" }: HttpResponse): Promise<Buffer | undefined> {
  if (typeof body === "string" || body instanceof Uint8Array) return Buffer.from(body as string);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > largestAnswer) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
