// HTTP/2 with Node's own client, on the port that speaks HTTP/1.1 too.

import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RecordingFront } from "../recording-front.ts";
import { startEchoFront } from "./echo-front.ts";

let recording: RecordingFront;
let session: ClientHttp2Session;

interface Answer {
  readonly headers: IncomingHttpHeaders & { readonly ":status"?: number | undefined };
  readonly text: string;
}

function ask(headers: object, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":method": body === undefined ? "GET" : "POST", ...headers });
    let answered: Answer["headers"] = {};
    let text = "";
    stream.setEncoding("utf8");
    stream.on("response", (given) => {
      answered = given;
    });
    stream.on("data", (piece: string) => {
      text += piece;
    });
    stream.on("end", () => resolve({ headers: answered, text }));
    stream.on("error", reject);
    stream.end(body);
  });
}

beforeEach(async () => {
  recording = await startEchoFront({});
  session = connect(`http://127.0.0.1:${recording.front.port}`);
});
afterEach(async () => {
  session.destroy();
  await recording.front.stop(0);
});

test("a request arrives as over HTTP/1.1, with the authority as its host", async () => {
  const { headers, text } = await ask({ ":path": "/echo/a?b=c", "x-one": "1" }, "body");
  expect(headers[":status"]).toBe(200);
  expect(headers["content-length"]).toBe(String(text.length));
  expect(JSON.parse(text)).toMatchObject({
    method: "POST",
    path: "/echo/a",
    query: "b=c",
    host: "127.0.0.1",
    body: "body",
    headers: { "x-one": "1", host: `127.0.0.1:${recording.front.port}` },
    remoteAddress: "127.0.0.1",
  });
});

test("many requests share the connection, and HTTP/1.1 goes on beside it", async () => {
  const large = "x".repeat(300_000);
  const answers = await Promise.all([
    ...Array.from({ length: 50 }, (_each, at) => ask({ ":path": `/echo/${at}` }, `body ${at}`)),
    ask({ ":path": "/echo/large" }, large),
  ]);
  for (const [at, { text }] of answers.slice(0, 50).entries()) {
    expect(JSON.parse(text)).toMatchObject({ path: `/echo/${at}`, body: `body ${at}` });
  }
  expect(JSON.parse(answers[50]!.text).body).toBe(large);
  const response = await fetch(`${recording.endpoint}/echo/old`);
  expect(await response.json()).toMatchObject({ path: "/echo/old" });
});

test("answers of every form pass: streams, nothing, and what HTTP/2 forbids is left out", async () => {
  const streamed = await ask({ ":path": "/echo?stream" });
  expect(streamed.text.match(/"method":"GET"/g)).toHaveLength(5);
  expect((await ask({ ":path": "/echo?nothing" })).headers[":status"]).toBe(204);
  const closing = await ask({ ":path": "/echo?close" });
  expect(closing.headers.connection).toBeUndefined();
  expect(closing.headers[":status"]).toBe(200);
  const head = await ask({ ":method": "HEAD", ":path": "/echo" });
  expect(head).toMatchObject({ text: "", headers: { ":status": 200 } });
});

test("a stop ends the connection", async () => {
  await ask({ ":path": "/echo" });
  const closed = new Promise((resolve) => session.once("close", resolve));
  await recording.front.stop(1000);
  await closed;
});
