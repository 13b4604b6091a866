// HTTP that is broken, or means one thing to one reader and another to the next.

import { request } from "../support/raw.ts";
import { type Case, json, rest, status } from "./case.ts";

const head = ["POST / HTTP/1.1", "Host: localhost"];
const smuggled = "GET /_cumulet/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
/** The second request must not be answered: it was never one. */
const once = /"status":"ready"/;

/** HTTP/2's frame of type 7: the server ends the connection. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a frame is bytes.
const goAway = /\x00\x00\x08\x07\x00/;

export const httpCases: readonly Case[] = [
  { name: "a TLS greeting", bytes: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", answer: status(400) },
  {
    name: "HTTP/2 that begins with noise",
    bytes: `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${"\xff".repeat(64)}`,
    answer: goAway,
  },
  { name: "HTTP/0.9", bytes: "GET /\r\n\r\n", answer: /^HTTP\/1\.1 40[03] / },
  { name: "HTTP/3.1", bytes: "GET / HTTP/3.1\r\nHost: localhost\r\n\r\n", answer: status(400) },
  { name: "an unknown method", bytes: "FROB / HTTP/1.1\r\nHost: localhost\r\n\r\n", answer: status(400) },
  { name: "noise", bytes: Buffer.from([0, 255, 254, 13, 10, 13, 10]), answer: status(400) },
  { name: "no host", bytes: "GET / HTTP/1.1\r\n\r\n", answer: status(400) },
  {
    name: "two hosts",
    bytes:
      "GET /_cumulet/health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    answer: status(403),
  },
  {
    name: "length and chunks",
    bytes: request([...head, "Content-Length: 5", "Transfer-Encoding: chunked"], `0\r\n\r\n${smuggled}`),
    answer: status(400),
    never: once,
  },
  {
    name: "chunks and length",
    bytes: request(
      [...head, "Transfer-Encoding: chunked", "Content-Length: 4"],
      `5c\r\n${smuggled}\r\n0\r\n\r\n`,
    ),
    answer: status(400),
    never: once,
  },
  {
    name: "two lengths",
    bytes: request([...head, "Content-Length: 0", "Content-Length: 60"], smuggled),
    answer: status(400),
    never: once,
  },
  ...["-1", "+5", "0x5", "5, 5", "5 5", "99999999999999999999", ""].map((length) => ({
    name: `a length of "${length}"`,
    bytes: request([...head, `Content-Length: ${length}`], "hello"),
    answer: status(400),
  })),
  ...["xchunked", "chunked, identity", "identity, chunked, chunked", "\x0bchunked"].map((encoding) => ({
    name: `transfer encoding ${JSON.stringify(encoding)}`,
    bytes: request([...head, `Transfer-Encoding: ${encoding}`], `0\r\n\r\n${smuggled}`),
    answer: status(400),
    never: once,
  })),
  {
    name: "a space before the colon",
    bytes: request([...head, "Content-Length: 0", "Transfer-Encoding : chunked"], smuggled),
    answer: status(400),
    never: once,
  },
  {
    name: "a header that goes on in the next line",
    bytes: request([...head, "Content-Length: 0", "X-Folded: a", " Transfer-Encoding: chunked"], smuggled),
    answer: status(400),
    never: once,
  },
  {
    name: "lines that end without a carriage return",
    bytes: "POST / HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n",
    answer: status(400),
  },
  {
    name: "a chunk of a size that is none",
    bytes: json("AmazonSQS.ListQueues", "zz\r\n{}\r\n0\r\n\r\n", ["Transfer-Encoding: chunked"]),
    answer: status(400),
  },
  {
    name: "a chunk of a size beyond all sizes",
    bytes: json("AmazonSQS.ListQueues", `${"f".repeat(17)}\r\n{}`, ["Transfer-Encoding: chunked"]),
    answer: status(400),
  },
  {
    name: "a chunk longer than it says",
    bytes: json("AmazonSQS.ListQueues", "1\r\n{}\r\n0\r\n\r\n", ["Transfer-Encoding: chunked"]),
    answer: status(400),
  },
  {
    name: "a chunk with an endless extension",
    bytes: json("AmazonSQS.ListQueues", `2;${"x".repeat(40_000)}\r\n{}\r\n0\r\n\r\n`, [
      "Transfer-Encoding: chunked",
    ]),
    answer: /^HTTP\/1\.1 4(00|13) /,
  },
  {
    name: "a body that never comes, and a client that leaves",
    bytes: json("AmazonSQS.ListQueues", "{", ["Content-Length: 100"]),
    answer: /^$|^HTTP\/1\.1 400 /,
    hangUp: true,
  },
  {
    name: "a header with a zero byte",
    bytes: request([...head, "X-Zero: a\x00b"]),
    answer: status(400),
  },
  { name: "a header name with a space", bytes: request([...head, "Bad Name: a"]), answer: status(400) },
  { name: "a long header", bytes: request([...head, `X-Long: ${"x".repeat(20_000)}`]), answer: status(431) },
  {
    name: "many headers",
    bytes: request([...head, ...Array(2000).fill("x-many: headers")]),
    answer: status(431),
  },
  {
    name: "a long address",
    bytes: `GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    answer: status(431),
  },
  {
    name: "a tunnel",
    bytes: "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    answer: "closed",
  },
  {
    name: "an expectation that we do not meet",
    bytes: request([
      "GET /_cumulet/health HTTP/1.1",
      "Host: localhost",
      "Connection: close",
      "Expect: miracles",
    ]),
    answer: status(417),
  },
  {
    name: "an upgrade to what we do not speak",
    bytes: request([
      "GET /_cumulet/health HTTP/1.1",
      "Host: localhost",
      "Connection: close, Upgrade",
      "Upgrade: websocket",
    ]),
    answer: status(200, '"status":"ready"'),
  },
  {
    name: "another machine's address in the request line",
    bytes: request([
      "GET http://evil.example/_cumulet/health HTTP/1.1",
      "Host: evil.example",
      "Connection: close",
    ]),
    answer: status(403),
    never: once,
  },
  ...["/bucket/%zz", "/bucket/%", "/bucket/%ff%fe"].map((path) => ({
    name: `the path ${path}`,
    bytes: rest("s3", `GET ${path}`),
    answer: status(400, "<Error>"),
  })),
  {
    name: "a path that climbs out of its bucket",
    bytes: rest("s3", "GET /bad/../../../../etc/passwd"),
    answer: status(404, "<Error>"),
    never: /root:/,
  },
  {
    name: "an encoded path that climbs out",
    bytes: rest("s3", "GET /bad/..%2f..%2f..%2fetc%2fpasswd"),
    answer: status(404, "<Error>"),
    never: /root:/,
  },
];

const from = (origin: string, line = "POST /_cumulet/reset", more: readonly string[] = []): Buffer =>
  request([`${line} HTTP/1.1`, "Host: localhost", "Connection: close", `Origin: ${origin}`, ...more]);

/** What a page on the user's machine may try. */
export const browserCases: readonly Case[] = [
  ...[
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil-localhost",
    "169.254.169.254",
    "0.0.0.0",
    "localhost@evil.example",
    "localhost evil.example",
  ].map((host) => ({
    name: `the host ${host}`,
    bytes: request(["GET /_cumulet/health HTTP/1.1", `Host: ${host}`, "Connection: close"]),
    answer: /^HTTP\/1\.1 40[03] /,
    never: once,
  })),
  ...[
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "http://localhost@evil.example",
    "file://",
  ].map((origin) => ({
    name: `a page of ${origin}`,
    bytes: from(origin),
    answer: status(403),
    never: /"empty"|access-control-allow-origin/i,
  })),
  {
    name: "a preflight of a foreign page",
    bytes: from("https://evil.example", "OPTIONS /", ["Access-Control-Request-Method: POST"]),
    answer: status(403),
    never: /access-control-allow-origin/i,
  },
  {
    name: "a form of a foreign page, without an origin",
    bytes: request([
      "POST /_cumulet/reset HTTP/1.1",
      "Host: localhost",
      "Connection: close",
      "Sec-Fetch-Site: cross-site",
    ]),
    answer: status(403),
    never: /"empty"/,
  },
  {
    name: "an image of a foreign page that is a signed call",
    bytes: rest("sqs", "GET /?Action=CreateQueue&QueueName=by-image&Version=2012-11-05", [
      "Sec-Fetch-Site: cross-site",
    ]),
    answer: status(403),
    never: /QueueUrl/,
  },
];
