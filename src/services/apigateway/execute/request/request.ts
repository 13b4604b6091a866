// A request to an API as its parts: what mappings, templates and events are
// made of.

import { gunzipSync, inflateSync } from "node:zlib";
import type { HttpRequest } from "../../../../core/http.ts";

export interface HeaderValues {
  /** As the client wrote it. */
  readonly name: string;
  readonly values: readonly string[];
}

export interface ApiRequest {
  readonly method: string;
  /** Below the stage, as received: `/pets/1`. */
  readonly path: string;
  /** As events show it: without the stage, with a domain's base path. */
  readonly eventPath: string;
  /** As received, with the stage or a domain's base path: `/prod/pets/1`. */
  readonly fullPath: string;
  /** Decoded. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** By lower-case names. */
  readonly headers: ReadonlyMap<string, HeaderValues>;
  readonly body: Buffer;
  /** The body before it was decompressed: as it was signed. */
  readonly received: Buffer;
  readonly sourceIp: string;
  /** Without the port. */
  readonly domainName: string;
}

export interface RequestLine extends Pick<ApiRequest, "path" | "eventPath" | "fullPath"> {
  /** What the mapping of a custom domain name took of the path; undefined where there is none. */
  readonly basePath: string | undefined;
}

export function apiRequest(
  http: HttpRequest,
  line: RequestLine,
  received: Buffer,
  decompresses: boolean,
): ApiRequest {
  return {
    path: line.path,
    eventPath: line.eventPath,
    fullPath: line.fullPath,
    method: http.method,
    query: readQuery(http.query),
    headers: readHeaders(http.rawHeaders),
    body: decompresses ? decompressed(received, http.headers["content-encoding"]) : received,
    received,
    sourceIp: http.remoteAddress,
    domainName: http.host,
  };
}

/** What is not in the encoding that it is said to be in is passed on as it came. */
function decompressed(body: Buffer, encoding: string | undefined): Buffer {
  try {
    if (encoding === "gzip") return gunzipSync(body, { maxOutputLength: largestBody });
    return encoding === "deflate" ? inflateSync(body, { maxOutputLength: largestBody }) : body;
  } catch {
    return body;
  }
}

const nothing: ReadonlyMap<string, readonly string[]> = new Map();

export function readQuery(query: string): ReadonlyMap<string, readonly string[]> {
  if (query === "") return nothing;
  const parameters = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
}

export function readHeaders(raw: readonly string[]): ReadonlyMap<string, HeaderValues> {
  const headers = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!;
    const key = name.toLowerCase();
    const known = headers.get(key);
    if (known === undefined) headers.set(key, { name, values: [raw[at + 1]!] });
    else known.values.push(raw[at + 1]!);
  }
  return headers;
}

/** The last value given, as AWS has it. */
export function headerOf(request: ApiRequest, name: string): string | undefined {
  return request.headers.get(name.toLowerCase())?.values.at(-1);
}

export function queryOf(request: ApiRequest, name: string): string | undefined {
  return request.query.get(name)?.at(-1);
}

export const largestBody = 10 * 1024 * 1024;

/** Undefined where there is more than an API takes. */
export async function readBody({ body, headers }: HttpRequest): Promise<Buffer | undefined> {
  if (body instanceof Uint8Array)
    return body.length > largestBody ? undefined : Buffer.from(body.buffer, body.byteOffset, body.length);
  if (Number(headers["content-length"] ?? 0) > largestBody) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > largestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
