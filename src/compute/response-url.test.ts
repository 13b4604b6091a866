// Answers to the address in an event, by libraries that only know HTTPS.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findInterpreter } from "./runtimes/interpreters.ts";
import { type Bench, openBench } from "./testing/bench.ts";

const python = await findInterpreter("python3", process.env.PATH ?? "");

let bench: Bench;
let server: Server;
let received: string[] = [];

beforeAll(async () => {
  bench = openBench();
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      received.push(`${request.method} ${request.url} ${body}`);
      response.end("thanks");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close();
  await bench.close();
});

async function answerOf(runtime: string, handler: string, files: Record<string, string>): Promise<unknown> {
  received = [];
  const { port } = server.address() as AddressInfo;
  const ResponseURL = `http://localhost:${port}/answers/1?signature=s`;
  return (await bench.invoke(await bench.define(runtime, handler, files), { ResponseURL })).payload;
}

const sends = (imports: string, call: string, exported: string) => `${imports}
${exported} async (event) => {
  const url = new URL(event.ResponseURL);
  const options = { hostname: url.hostname, port: 443, path: url.pathname + url.search, method: "PUT" };
  return new Promise((resolve) => {
    const request = ${call}(answer) => { answer.resume(); resolve(answer.statusCode); });
    request.on("error", (error) => resolve(error.code));
    request.end("done");
  });
};`;

describe("answers over HTTPS to the address in the event", () => {
  it("arrive from Node.js, whichever way the request is made", async () => {
    const by = (call: string) => ({
      "index.js": sends('const https = require("https");', call, "exports.handler ="),
    });
    for (const call of [
      "https.request(options, ",
      `https.request("https://localhost" + options.path, options, `,
    ]) {
      expect(await answerOf("nodejs20.x", "index.handler", by(call))).toBe(200);
      expect(received).toEqual(["PUT /answers/1?signature=s done"]);
    }
    const module = sends(
      'import { request as ask } from "node:https";',
      "ask(options, ",
      "export const handler =",
    );
    expect(await answerOf("nodejs20.x", "index.handler", { "index.mjs": module })).toBe(200);
    expect(received).toHaveLength(1);
  });

  it("leave other requests alone", async () => {
    const elsewhere = sends(
      'const https = require("https");',
      'https.request({ ...options, path: "/other", port: 1 }, ',
      "exports.handler =",
    );
    expect(await answerOf("nodejs20.x", "index.handler", { "index.js": elsewhere })).toBe("ECONNREFUSED");
    expect(received).toEqual([]);
  });

  it.skipIf(python === undefined)("arrive from Python", async () => {
    const source = `
from http.client import HTTPSConnection
from urllib.parse import urlsplit

def handler(event, context):
    url = urlsplit(event["ResponseURL"])
    connection = HTTPSConnection(url.netloc)
    connection.request("PUT", url.path + "?" + url.query, "done")
    return connection.getresponse().status
`;
    const [major, minor] = python!.version.split(".");
    expect(await answerOf(`python${major}.${minor}`, "app.handler", { "app.py": source })).toBe(200);
    expect(received).toEqual(["PUT /answers/1?signature=s done"]);
  });
});
