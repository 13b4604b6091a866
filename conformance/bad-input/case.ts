// One thing that no well-meaning client sends, and what must come back.

import { request } from "../support/raw.ts";
import { type Signed, sign } from "../support/sign.ts";

export interface Case {
  readonly name: string;
  readonly bytes: string | Buffer;
  /** Of the whole answer, status line and all; `closed` for a connection that ends without one. */
  readonly answer: RegExp | "closed";
  /** What must not come back, whatever else does. */
  readonly never?: RegExp;
  /** The client ends its half once all is sent. */
  readonly hangUp?: boolean;
}

/** The cloud's root key, whose signatures are verified; every other key is trusted on loopback. */
export const key = "AKIAROOTROOTROOTROOT";
export const secret = "the+root/secret";

export const status = (code: number, rest = ""): RegExp => new RegExp(`^HTTP/1\\.1 ${code} [\\s\\S]*${rest}`);

const credential = (service: string): string =>
  `Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;

/** A call of a JSON service by a trusted key. */
export function json(target: string, body: string | Buffer, lines: readonly string[] = []): Buffer {
  const service = target.startsWith("DynamoDB") ? "dynamodb" : "sqs";
  return request(
    [
      "POST / HTTP/1.1",
      "Host: localhost",
      "Connection: close",
      credential(service),
      `X-Amz-Target: ${target}`,
      "Content-Type: application/x-amz-json-1.0",
      ...lines,
    ],
    body,
  );
}

/** A request to a REST service by a trusted key. */
export function rest(
  service: string,
  line: string,
  lines: readonly string[] = [],
  body: string | Buffer = "",
): Buffer {
  return request(
    [`${line} HTTP/1.1`, "Host: localhost", "Connection: close", credential(service), ...lines],
    body,
  );
}

/** A form to a query service by a trusted key. */
export function form(service: string, body: string | Buffer): Buffer {
  return rest(service, "POST /", ["Content-Type: application/x-www-form-urlencoded; charset=utf-8"], body);
}

/** A request that was signed with the root key and is then sent with `changes` to its headers. */
export function signed(
  what: Partial<Signed> & Pick<Signed, "service">,
  changes: Readonly<Record<string, string | undefined>> = {},
  sent: { readonly line?: string; readonly body?: string | Buffer } = {},
): Buffer {
  const all: Signed = { key, secret, headers: {}, ...what };
  const { headers } = sign({ ...all, headers: { host: "localhost", ...all.headers } });
  const lines = Object.entries({ ...headers, connection: "close", ...changes })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`);
  const query = all.query === undefined ? "" : `?${all.query}`;
  const line = sent.line ?? `${all.method ?? "POST"} ${all.path ?? "/"}${query}`;
  return request([`${line} HTTP/1.1`, ...lines], sent.body ?? all.body ?? "");
}
