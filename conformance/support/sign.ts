// Signature Version 4 in its smallest form, so that tests can sign wrongly.

import { createHash, createHmac } from "node:crypto";

export interface Signed {
  readonly method?: string;
  readonly path?: string;
  /** Already encoded and sorted. */
  readonly query?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly service: string;
  readonly key: string;
  readonly secret: string;
  /** Epoch milliseconds; default now. */
  readonly at?: number;
  /** Stands in for the body's hash: `UNSIGNED-PAYLOAD`, `STREAMING-...`. */
  readonly payload?: string;
}

export const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();

export const timestamp = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");

export interface Signature {
  /** Those that were signed, and the authorization. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signature: string;
  readonly scope: string;
  readonly date: string;
  readonly signingKey: Buffer;
}

/** Signs all headers given, and the date. */
export function sign(request: Signed): Signature {
  const date = timestamp(request.at ?? Date.now());
  const hash = request.payload ?? sha256(request.body ?? "");
  const headers: Record<string, string> = { ...request.headers, "x-amz-date": date };
  if (request.service === "s3") headers["x-amz-content-sha256"] = hash;
  const { signature, scope, names, signingKey } = calculate(request, headers, hash, date);
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${request.key}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { headers, signature, scope, date, signingKey };
}

/** A presigned path with its query; only the host is signed. `parameters` replace those it would have. */
export function presign(request: Signed, parameters: Readonly<Record<string, string>> = {}): string {
  const date = timestamp(request.at ?? Date.now());
  const all: Record<string, string> = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${request.key}/${date.slice(0, 8)}/us-east-1/${request.service}/aws4_request`,
    "X-Amz-Date": date,
    "X-Amz-Expires": "300",
    "X-Amz-SignedHeaders": "host",
    ...parameters,
  };
  const query = Object.entries(all)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  const { signature } = calculate({ ...request, query }, request.headers, "UNSIGNED-PAYLOAD", date);
  return `${request.path ?? "/"}?${query}&X-Amz-Signature=${signature}`;
}

/** The signature of one chunk of a streamed upload, over the one before it. */
export function signChunk({ signingKey, date, scope }: Signature, previous: string, data: string): string {
  const text = ["AWS4-HMAC-SHA256-PAYLOAD", date, scope, previous, sha256(""), sha256(data)].join("\n");
  return hmac(signingKey, text).toString("hex");
}

function calculate(
  request: Signed,
  headers: Readonly<Record<string, string>>,
  hash: string,
  date: string,
): {
  readonly signature: string;
  readonly scope: string;
  readonly names: string;
  readonly signingKey: Buffer;
} {
  const sorted = Object.entries(headers).sort(([left], [right]) => (left < right ? -1 : 1));
  const names = sorted.map(([name]) => name).join(";");
  const canonical = [
    request.method ?? "POST",
    request.path ?? "/",
    request.query ?? "",
    ...sorted.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    hash,
  ].join("\n");
  const scope = `${date.slice(0, 8)}/us-east-1/${request.service}/aws4_request`;
  const signingKey = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${request.secret}`) as Buffer;
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  return { signature: hmac(signingKey, text).toString("hex"), scope, names, signingKey };
}
