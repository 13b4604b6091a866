// The canonical request of Signature Version 4: the one text that client and
// server both derive from a request and sign. Written for the common case (a
// path and a query that are canonical already), with the exact rules behind it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

import type { HttpRequest } from "../../core/http.ts";

export interface CanonicalOptions {
  /** `host;x-amz-date`. */
  readonly signedHeaders: string;
  readonly payloadHash: string;
  /** S3 signs the path as it travels; all others normalise it and encode it a second time. */
  readonly pathEncodedOnce: boolean;
  /** Presigned: the query without its signature. */
  readonly omitSignature: boolean;
  /** Repeated headers joined as signers join them, not as Node does; see `canonicalHeaders`. */
  readonly fromRawHeaders: boolean;
}

export function canonicalRequest(request: HttpRequest, options: CanonicalOptions): string {
  const path = options.pathEncodedOnce ? canonicalS3Path(request.path) : canonicalPath(request.path);
  const query = request.query === "" ? "" : canonicalQuery(request.query, options.omitSignature);
  const headers = canonicalHeaders(request, options.signedHeaders, options.fromRawHeaders);
  return `${request.method}\n${path}\n${query}\n${headers}\n${options.signedHeaders}\n${options.payloadHash}`;
}

/**
 * `name:value` lines of the signed headers. Node joins repeated headers with
 * `, ` where signers use `,`, and drops repetitions of some; a request is
 * therefore tried from the merged record first, and from the raw lines where
 * that does not match.
 */
function canonicalHeaders(request: HttpRequest, signedHeaders: string, fromRawHeaders: boolean): string {
  const headers = request.headers;
  let text = "";
  for (let start = 0; start <= signedHeaders.length; ) {
    let end = signedHeaders.indexOf(";", start);
    if (end < 0) end = signedHeaders.length;
    const name = signedHeaders.slice(start, end);
    const value = fromRawHeaders ? rawValue(request.rawHeaders, name) : headers[name];
    text += `${name}:${value === undefined ? "" : trimmed(value)}\n`;
    start = end + 1;
  }
  return text;
}

function rawValue(rawHeaders: readonly string[], name: string): string {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]!.toLowerCase() === name) values.push(rawHeaders[index + 1]!.trim());
  }
  return values.join(",");
}

/** Runs of spaces count as one. */
function trimmed(value: string): string {
  return value.includes("  ") ? value.trim().replace(/ {2,}/g, " ") : value;
}

/**
 * The path of S3: decoded and encoded once; neither dots nor double slashes are
 * touched, and an encoded slash stays one, as signers leave it.
 */
export function canonicalS3Path(path: string): string {
  if (isCanonical(path, true)) return path;
  return path
    .split("/")
    .map((segment) => encode(decodeBytes(segment, false), false))
    .join("/");
}

/** The path of all other services: normalised, then encoded as it stands, percent signs included. */
export function canonicalPath(path: string): string {
  if (path === "/") return path;
  return encode(normalised(path), true);
}

/** Without empty, `.` and `..` segments; a slash at the end stays. */
function normalised(path: string): string {
  if (!path.includes("//") && !path.includes("/.")) return path;
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") kept.pop();
    else kept.push(segment);
  }
  const joined = `/${kept.join("/")}`;
  return joined !== "/" && path.endsWith("/") ? `${joined}/` : joined;
}

/** Sorted by name, then by value, both encoded. A `+` is a space, as it is for AWS. */
export function canonicalQuery(query: string, omitSignature: boolean): string {
  const parameters: (readonly [string, string])[] = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = encodedOnce(equals < 0 ? part : part.slice(0, equals));
    if (omitSignature && name === "X-Amz-Signature") continue;
    parameters.push([name, equals < 0 ? "" : encodedOnce(part.slice(equals + 1))]);
  }
  parameters.sort((left, right) => order(left[0], right[0]) || order(left[1], right[1]));
  let text = "";
  for (const [name, value] of parameters) text += `${text === "" ? "" : "&"}${name}=${value}`;
  return text;
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whatever of the text the client left unencoded, or encoded in lower case, encoded as AWS does. */
function encodedOnce(text: string): string {
  return isCanonical(text, false) ? text : encode(decodeBytes(text, true), false);
}

/** Whether only unreserved characters occur. An encoded text is decoded and encoded again, since it may encode too much. */
function isCanonical(text: string, slash: boolean): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (!(isUnreserved(code) || (slash && code === 47))) return false;
  }
  return true;
}

/** RFC 3986: letters, digits, `-`, `.`, `_`, `~`. */
function isUnreserved(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 45 ||
    code === 46 ||
    code === 95 ||
    code === 126
  );
}

/** Percent-encodes the bytes of a text that holds one byte in each character. */
function encode(bytes: string, slash: boolean): string {
  let text = "";
  let kept = 0;
  for (let index = 0; index < bytes.length; index++) {
    const code = bytes.charCodeAt(index);
    if (isUnreserved(code) || (slash && code === 47)) continue;
    text += bytes.slice(kept, index) + percent(code);
    kept = index + 1;
  }
  return kept === 0 ? bytes : text + bytes.slice(kept);
}

const hexadecimal = "0123456789ABCDEF";

function percent(code: number): string {
  return `%${hexadecimal[(code >> 4) & 15]}${hexadecimal[code & 15]}`;
}

/** Percent-decodes to one byte in each character: names need not be UTF-8 to be signed. */
function decodeBytes(text: string, plusIsSpace: boolean): string {
  let bytes = "";
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 37 && index + 2 < text.length) {
      const value = Number.parseInt(text.slice(index + 1, index + 3), 16);
      if (!Number.isNaN(value)) {
        bytes += String.fromCharCode(value);
        index += 2;
        continue;
      }
    }
    bytes += code === 43 && plusIsSpace ? " " : text[index];
  }
  return bytes;
}
