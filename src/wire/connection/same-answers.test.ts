// The fast path may be faster; it may not be different.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RecordingFront } from "../recording-front.ts";
import { conversation, formNames, startEchoFront } from "./echo-front.ts";

const limits = {
  headerBytes: 2000,
  bodyBytes: 3000,
  headersMilliseconds: 160,
  bodyMilliseconds: 160,
  idleMilliseconds: 160,
  keepAliveMilliseconds: 200,
};
let fast: RecordingFront;
let plain: RecordingFront;

beforeAll(async () => {
  fast = await startEchoFront({ limits });
  plain = await startEchoFront({ limits, fastPath: false });
});
afterAll(async () => {
  await fast.front.stop(0);
  await plain.front.stop(0);
});

interface Sent {
  readonly pieces: readonly Buffer[];
  /** Whole requests, each sent when the one before should have been answered: no byte may differ. */
  readonly strict: boolean;
}

/**
 * How pieces meet the server's reads, and so whether a bad request overtakes the
 * answer to the good one before it, is chance: only what stays different counts.
 */
async function difference({ pieces, strict }: Sent): Promise<[string, string] | undefined> {
  let answers: [string, string] = ["", ""];
  for (let attempt = 0; attempt < 6; attempt++) {
    answers = await bothAnswer(pieces);
    if (answers[0] === answers[1] || (!strict && isSame(...answers))) return undefined;
  }
  return answers;
}

const refusal = /HTTP\/1\.1 4\d\d [A-Za-z ]+\r\nConnection: close\r\nContent-Length: 0\r\n\r\n$/;

/**
 * What cannot be parsed, and CONNECT, end the connection at once. Of requests
 * before it in the very same bytes, whose answers were just under way, Node
 * answers more or fewer: it depends on who reads the socket.
 */
function isSame(fastly: string, plainly: string): boolean {
  const [before, after] = [fastly.replace(refusal, ""), plainly.replace(refusal, "")];
  return before.startsWith(after) || after.startsWith(before);
}

/** Whether it is one request, with nothing after it. */
function isWhole(text: string): boolean {
  const blank = /\r?\n\r?\n/.exec(text);
  if (blank === null) return true;
  const rest = text.length - blank.index - blank[0].length;
  const lengths = [...text.slice(0, blank.index).matchAll(/^content-length:(.*)$/gim)];
  return rest === 0 || (lengths.length === 1 && Number(lengths[0]![1]) === rest);
}

async function bothAnswer(pieces: readonly Buffer[]): Promise<[string, string]> {
  return Promise.all([conversation(fast.front.port, pieces), conversation(plain.front.port, pieces)]);
}

const authorization =
  "Authorization: AWS4-HMAC-SHA256 Credential=test/20150830/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00";

const line = fc.oneof(
  fc.constantFrom(
    "X-Amz-Target: DynamoDB_20120810.ListTables",
    "Content-Type: application/x-amz-json-1.0",
    "x-amz-meta-Name:  two  words \t",
    "Accept:*/*",
    "X-Empty:",
    "Connection: keep-alive",
    "connection: Keep-Alive",
    "User-Agent: aws-cli/2 \xfc",
    authorization,
  ),
  fc.constantFrom(
    "Connection: close",
    "Connection: keep-alive, x",
    "Connection: upgrade\r\nUpgrade: websocket",
    "Proxy-Connection: close",
    "Expect: 100-continue",
    "Expect: something",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Content-Length: 3",
    "Content-Length: 03",
    "Content-Length: +3",
    "Content-Length: 3, 3",
    "Content-Length: 99999999999999999999",
    "Host: other.example",
    "Host : localhost",
    "X-Fold: a\r\n b",
    "X-Bare: a\nb",
    "X-Return: a\rb",
    "X-Null: a\0b",
    "X-Delete: \x7f",
    ": nameless",
    "no colon",
    "X y: z",
    "constructor: a",
    "__proto__: a",
    "Cookie: a=1",
    "Cookie: b=2",
    "X-Amz-Date: 1",
    "X-Amz-Date: 2",
    "Origin: http://evil.example",
    "Origin: http://localhost:3000",
    `X-Long: ${"x".repeat(1900)}`,
    "Trailer: x",
    "TE: trailers",
    "Keep-Alive: timeout=5",
  ),
);

const target = fc.oneof(
  fc.constantFrom(...formNames).map((form) => `/echo?${form}`),
  fc.constantFrom(
    "/",
    "/echo",
    "/echo?a=%20&b",
    "/echo/x y",
    "/echo#part",
    '/echo"<>',
    "/echo/\xe9",
    "/_control",
    "/_other",
    "/bucket/key",
    "*",
    "http://localhost/echo",
    "echo",
    "//echo",
    "",
  ),
);

const method = fc.constantFrom(
  ...[
    "GET",
    "POST",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "get",
    "FROB",
    "",
  ],
);

/** Mostly in order; the strange lines are drawn as often as the plain ones. */
const request = fc
  .record({
    method: fc.oneof({ weight: 3, arbitrary: fc.constantFrom("GET", "POST") }, method),
    target: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...formNames.map((form) => `/echo?${form}`)) },
      target,
    ),
    version: fc.oneof(
      { weight: 20, arbitrary: fc.constant("HTTP/1.1") },
      fc.constantFrom("HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "http/1.1", "HTTP/1.1 ", ""),
    ),
    host: fc.oneof(
      { weight: 20, arbitrary: fc.constant(["Host: localhost:4566"]) },
      fc.constantFrom([], ["Host:"], ["host: evil.example"], ["HOST: localhost", "Host: localhost"]),
    ),
    lines: fc.oneof(fc.constant([]), fc.array(line, { maxLength: 3 })),
    body: fc.oneof(fc.constant(""), fc.constantFrom("{}", "abc", "x".repeat(3500), "3\r\nabc\r\n0\r\n\r\n")),
    measured: fc.oneof({ weight: 10, arbitrary: fc.constant(true) }, fc.constant(false)),
    end: fc.oneof({ weight: 30, arbitrary: fc.constant("\r\n") }, fc.constant("\n")),
  })
  .map(({ method, target, version, host, lines, body, measured, end }) => {
    const length = measured && (body !== "" || method === "POST") ? [`Content-Length: ${body.length}`] : [];
    return `${[`${method} ${target} ${version}`, ...host, ...lines, ...length].join(end)}${end}${end}${body}`;
  });

/** Bytes taken out, put in or written over, anywhere. */
const damage = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat(3),
    put: fc.constantFrom("", "", " ", "\r", "\n", "\r\n", "\0", ":", "\t", "\xff", "x", "GET / HTTP/1.1\r\n"),
  }),
  { maxLength: 2 },
);

function damaged(text: string, places: readonly { at: number; removed: number; put: string }[]): string {
  let result = text;
  for (const { at, removed, put } of places) {
    const position = Math.floor(at * result.length);
    result = result.slice(0, position) + put + result.slice(position + removed);
  }
  return result;
}

const whole = (bytes: Buffer): boolean => isWhole(bytes.toString("latin1"));

const one = fc.tuple(request, fc.oneof(fc.constant([]), damage)).map(([text, places]): Sent => {
  const bytes = Buffer.from(damaged(text, places), "latin1");
  return { pieces: [bytes], strict: whole(bytes) };
});

const sent = fc
  .record({
    requests: fc.array(request, { minLength: 1, maxLength: 4 }),
    damage: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, damage),
    oneByOne: fc.boolean(),
    cuts: fc.oneof(
      fc.constant<number[]>([]),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
    ),
  })
  .map(({ requests, damage, oneByOne, cuts }): Sent => {
    const texts = oneByOne ? requests : [requests.join("")];
    const pieces = texts.flatMap((text) => {
      const bytes = Buffer.from(damaged(text, damage), "latin1");
      const ends = [...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length].sort((a, b) => a - b);
      return ends
        .map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end))
        .filter((piece) => piece.length > 0);
    });
    // What follows a late answer may overtake it, and end the connection.
    const inTurn =
      cuts.length === 0 && texts.length === requests.length && !requests.join("").includes("Accept:");
    return { pieces, strict: inTurn && pieces.every(whole) };
  });

describe("the fast path", () => {
  it.each(formNames)("answers in the form of %s as Node does, one request after another", async (form) => {
    const get = Buffer.from(`GET /echo?${form} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const last = Buffer.from(`GET /echo?${form} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    const post = Buffer.from(
      `POST /echo?${form} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc`,
    );
    const [fastly, plainly] = await bothAnswer([get, post, last]);
    expect(fastly).toBe(plainly);
    const late = Buffer.from(`GET /echo?${form} HTTP/1.1\r\nHost: localhost\r\nAccept: late\r\n\r\n`);
    const [fastAhead, plainAhead] = await bothAnswer([late, post, last]);
    expect(fastAhead).toBe(plainAhead);
  });

  it.each([
    ["any one request", one],
    ["whatever is sent, however it is cut", sent],
  ])(
    "gives the same answers as Node's parser to %s",
    async (_, arbitrary) => {
      await fc.assert(
        fc.asyncProperty(fc.array(arbitrary, { minLength: 300, maxLength: 300 }), async (conversations) => {
          const answers = await Promise.all(conversations.map(({ pieces }) => bothAnswer(pieces)));
          expect(conversations.filter(({ strict }) => strict).length).toBeGreaterThan(20);
          for (const [at, [fastly, plainly]] of answers.entries()) {
            if (fastly === plainly) continue;
            const [fastAgain, plainAgain] = (await difference(conversations[at]!)) ?? [];
            const bytes = conversations[at]!.pieces.map((each) => each.toString("latin1"));
            expect(fastAgain, JSON.stringify(bytes)).toBe(plainAgain);
          }
        }),
        { numRuns: 4, endOnFailure: true },
      );
    },
    60_000,
  );
});
