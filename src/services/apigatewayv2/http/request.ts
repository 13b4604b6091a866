// From an HTTP request to what an API sees of it.

import type { HttpRequest } from "../../../core/http.ts";

const largestBodyBytes = 10_485_760;

/** Undefined where it is larger than API Gateway takes. */
export async function readBody({ body }: HttpRequest): Promise<Buffer | undefined> {
  if (body instanceof Uint8Array) return body.length > largestBodyBytes ? undefined : asBuffer(body);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > largestBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Names in lower case; the values of one name joined with commas. */
export function readHeaders({ rawHeaders, headers }: HttpRequest): Readonly<Record<string, string>> {
  const read: Record<string, string> = {};
  if (rawHeaders.length === 0) return { ...headers };
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    const value = rawHeaders[at + 1]!;
    const before = read[name];
    // Cookies of several headers are cookies of one.
    read[name] = before === undefined ? value : `${before}${name === "cookie" ? "; " : ","}${value}`;
  }
  return read;
}

export function readQuery(query: string): readonly (readonly [string, string])[] {
  return query === "" ? [] : [...new URLSearchParams(query)];
}

/** What cannot be decoded stays as it is. */
export function decodePath(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Values of one name, joined with commas. */
export function joined(pairs: ReadonlyArray<readonly [string, string]>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of pairs) {
    values[name] = Object.hasOwn(values, name) ? `${values[name]},${value}` : value;
  }
  return values;
}

export function grouped(pairs: ReadonlyArray<readonly [string, string]>): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [name, value] of pairs) {
    if (!Object.hasOwn(values, name)) values[name] = [];
    values[name]!.push(value);
  }
  return values;
}
