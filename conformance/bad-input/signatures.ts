// Signatures that are wrong, late, for something else, or none.

import { request } from "../support/raw.ts";
import { presign, sha256, sign, signChunk } from "../support/sign.ts";
import { type Case, key, secret, signed, status } from "./case.ts";

const hour = 3_600_000;
const listTables = {
  service: "dynamodb",
  headers: { "x-amz-target": "DynamoDB_20120810.ListTables", "content-type": "application/x-amz-json-1.0" },
  body: "{}",
} as const;
const right = sign({ ...listTables, key, secret, headers: { host: "localhost", ...listTables.headers } });
const authorization = right.headers.authorization!;
const listing = (changes: Record<string, string | undefined>): Buffer => signed(listTables, changes);

/** By header, for a service that speaks JSON. */
export const headerCases: readonly Case[] = [
  { name: "a right one", bytes: signed(listTables), answer: status(200, "TableNames") },
  {
    name: "another secret",
    bytes: signed({ ...listTables, secret: "wrong" }),
    answer: status(400, "InvalidSignatureException"),
    never: /the\+root/,
  },
  {
    name: "a body that changed on the way",
    bytes: signed(listTables, {}, { body: '{"Limit":1}' }),
    answer: status(400, "InvalidSignatureException"),
  },
  {
    name: "a signed header that changed",
    bytes: listing({ "x-amz-target": "DynamoDB_20120810.DescribeLimits" }),
    answer: status(400, "InvalidSignatureException"),
  },
  {
    name: "a query that was added",
    bytes: signed(listTables, {}, { line: "POST /?a=1" }),
    answer: status(400, "InvalidSignatureException"),
  },
  {
    name: "an hour old",
    bytes: signed({ ...listTables, at: Date.now() - hour }),
    answer: status(400, "Signature expired"),
  },
  {
    name: "an hour ahead",
    bytes: signed({ ...listTables, at: Date.now() + hour }),
    answer: status(400, "Signature not yet current"),
  },
  {
    name: "without its date",
    bytes: listing({ "x-amz-date": undefined }),
    answer: status(400, "IncompleteSignature"),
  },
  {
    name: "of another service",
    bytes: signed({ ...listTables, service: "sqs" }),
    answer: status(400, "Credential should be scoped to correct service"),
  },
  {
    name: "without the signature itself",
    bytes: listing({ authorization: authorization.replace(/, Signature=.*/, "") }),
    answer: status(400, "IncompleteSignatureException"),
  },
  {
    name: "of letters that are no digits",
    bytes: listing({ authorization: authorization.replace(/Signature=.*/, `Signature=${"zz".repeat(32)}`) }),
    answer: status(400, "InvalidSignatureException"),
  },
  {
    name: "that is too short",
    bytes: listing({ authorization: authorization.replace(/Signature=.*/, "Signature=00") }),
    answer: status(400, "InvalidSignatureException"),
  },
  {
    name: "with half a credential",
    bytes: listing({
      authorization: authorization.replace(/Credential=[^,]*/, `Credential=${key}/20260101`),
    }),
    answer: status(400, "IncompleteSignatureException"),
  },
  {
    name: "that does not cover the host",
    bytes: signed(
      { ...listTables, headers: listTables.headers },
      {
        authorization: sign({ ...listTables, key, secret }).headers.authorization,
      },
    ),
    answer: status(400, "Exception"),
  },
  {
    name: "none at all",
    bytes: listing({ authorization: undefined }),
    answer: status(400, "MissingAuthenticationToken"),
  },
  {
    name: "an empty header",
    bytes: listing({ authorization: "" }),
    answer: status(400, "MissingAuthenticationToken"),
  },
  {
    name: "version 2",
    bytes: listing({ authorization: `AWS ${key}:c2ln` }),
    answer: status(400, "Version 2"),
  },
  {
    name: "version 4A",
    bytes: listing({ authorization: authorization.replace("HMAC-SHA256", "ECDSA-P256-SHA256") }),
    answer: status(400, "Exception"),
  },
  {
    name: "a session's token for a key that has none",
    bytes: signed({ ...listTables, headers: { ...listTables.headers, "x-amz-security-token": "junk" } }),
    answer: status(400, "UnrecognizedClientException"),
  },
];

const object = {
  service: "s3",
  method: "GET",
  path: "/bad/object",
  headers: { host: "localhost" },
  key,
  secret,
} as const;
const get = (path: string, method = "GET"): Buffer =>
  request([`${method} ${path} HTTP/1.1`, "Host: localhost", "Connection: close"]);

/** Presigned addresses of S3. */
export const presignedCases: readonly Case[] = [
  { name: "a right one", bytes: get(presign(object)), answer: status(200, "content$") },
  {
    name: "expired",
    bytes: get(presign({ ...object, at: Date.now() - hour })),
    answer: status(403, "<Code>AccessDenied</Code><Message>Request has expired"),
  },
  {
    name: "expired, of a key that nobody knows",
    bytes: get(presign({ ...object, key: "test", at: Date.now() - hour })),
    answer: status(403, "Request has expired"),
  },
  {
    name: "for another object",
    bytes: get(presign(object).replace("object", "other")),
    answer: status(403, "SignatureDoesNotMatch"),
  },
  {
    name: "for another method",
    bytes: get(presign(object), "DELETE"),
    answer: status(403, "SignatureDoesNotMatch"),
  },
  {
    name: "with a longer life than was signed",
    bytes: get(presign(object).replace("Expires=300", "Expires=900")),
    answer: status(403, "SignatureDoesNotMatch"),
  },
  ...["604801", "-1", "soon", ""].map((expires) => ({
    name: `valid for "${expires}" seconds`,
    bytes: get(presign(object, { "X-Amz-Expires": expires })),
    answer: status(400, "AuthorizationQueryParametersError"),
  })),
  {
    name: "with a date that is none",
    bytes: get(presign(object, { "X-Amz-Date": "yesterday" })),
    answer: status(400, "AuthorizationQueryParametersError"),
  },
  {
    name: "without its credential",
    bytes: get(presign(object).replace(/X-Amz-Credential=[^&]*&/, "")),
    answer: status(400, "AuthorizationQueryParametersError"),
  },
];

/** An upload in signed chunks: `framing` makes the body of its right signatures. */
function chunked(
  declared: number,
  framing: (first: string, last: string) => string,
  length?: number,
): Buffer {
  const headers = {
    host: "localhost",
    "content-encoding": "aws-chunked",
    "x-amz-decoded-content-length": String(declared),
  };
  const payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  const seed = sign({ ...object, method: "PUT", path: "/bad/chunked", headers, payload });
  const first = signChunk(seed, seed.signature, "hello");
  const last = signChunk(seed, first, "");
  const body = framing(first, last);
  const lines = Object.entries(seed.headers).map(([name, value]) => `${name}: ${value}`);
  const size = length === undefined ? [] : [`Content-Length: ${length}`];
  return request(["PUT /bad/chunked HTTP/1.1", "Connection: close", ...lines, ...size], body);
}

const whole = (first: string, last: string): string =>
  `5;chunk-signature=${first}\r\nhello\r\n0;chunk-signature=${last}\r\n\r\n`;

const put = (headers: Record<string, string>, body: string, changes: Record<string, string> = {}): Buffer =>
  signed({ ...object, method: "PUT", path: "/bad/put", headers, body }, changes);

/** Uploads to S3 whose bodies are not what was promised. None of them may be stored. */
export const uploadCases: readonly Case[] = [
  { name: "a right one, in chunks", bytes: chunked(5, whole), answer: status(200) },
  {
    name: "a chunk with another signature",
    bytes: chunked(5, (first, last) => whole("0".repeat(64), last).replace(first, "")),
    answer: status(403, "SignatureDoesNotMatch"),
  },
  {
    name: "a chunk that changed",
    bytes: chunked(5, (first, last) => whole(first, last).replace("hello", "jello")),
    answer: status(403, "SignatureDoesNotMatch"),
  },
  {
    name: "no last chunk",
    bytes: chunked(5, (first) => `5;chunk-signature=${first}\r\nhello\r\n`),
    answer: status(400, "IncompleteBody"),
  },
  {
    name: "a last chunk with another signature",
    bytes: chunked(5, (first) => whole(first, "0".repeat(64))),
    answer: status(403, "SignatureDoesNotMatch"),
  },
  {
    name: "a chunk that is cut off",
    bytes: chunked(5, (first) => `5;chunk-signature=${first}\r\nhel`),
    answer: status(400, "IncompleteBody"),
  },
  { name: "chunks that are none", bytes: chunked(5, () => "hello, no chunks here"), answer: status(400) },
  {
    name: "a chunk of a size beyond all sizes",
    bytes: chunked(5, (first) => `${"f".repeat(20)};chunk-signature=${first}\r\nhello`),
    answer: status(400),
  },
  { name: "more than was declared", bytes: chunked(3, whole), answer: status(400) },
  { name: "less than was declared", bytes: chunked(9, whole), answer: status(400, "IncompleteBody") },
  {
    name: "another hash than the body's",
    bytes: put({}, "content", { "x-amz-content-sha256": sha256("other") }),
    answer: status(403, "SignatureDoesNotMatch"),
  },
  {
    name: "a signed hash that is another's",
    bytes: signed({ ...object, method: "PUT", path: "/bad/put", body: "other" }, {}, { body: "content" }),
    answer: status(400, "XAmzContentSHA256Mismatch"),
  },
  {
    name: "another MD5",
    bytes: put({ "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==" }, "content"),
    answer: status(400, "BadDigest"),
  },
  {
    name: "an MD5 that is none",
    bytes: put({ "content-md5": "nonsense" }, "content"),
    answer: status(400, "InvalidDigest"),
  },
  {
    name: "another checksum",
    bytes: put({ "x-amz-checksum-crc32": "AAAAAA==" }, "content"),
    answer: status(400, "BadDigest|InvalidRequest"),
  },
  {
    name: "a body that ends before its length",
    bytes: signed(
      { ...object, method: "PUT", path: "/bad/put", payload: "UNSIGNED-PAYLOAD" },
      { "content-length": "100" },
      { body: "half" },
    ),
    answer: /^$|^HTTP\/1\.1 400 /,
    hangUp: true,
  },
];
