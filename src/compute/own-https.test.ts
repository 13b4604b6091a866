// Functions that ask for this cloud by HTTPS, at addresses made of an event or
// of a template.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findInterpreter } from "./runtimes/interpreters.ts";
import { type Bench, openBench } from "./testing/bench.ts";

const python = await findInterpreter("python3", process.env.PATH ?? "");

let bench: Bench;
let server: Server;
let port = 0;

beforeAll(async () => {
  server = createServer((request, response) => response.end(`${request.headers.host}${request.url}`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  bench = openBench({ endpoint: () => `http://localhost:${port}` });
});
afterAll(async () => {
  server.close();
  await bench.close();
});

const node = `
import { get } from "node:https";
export const handler = (event) => new Promise((resolve) => {
  get(event.url ?? process.env.ADDRESS, async (answer) => {
    let text = "";
    for await (const piece of answer) text += piece;
    resolve(text);
  }).on("error", (error) => resolve(error.code));
});`;

const py = `
import os, urllib.request
def handler(event, context):
    try:
        return urllib.request.urlopen(event.get("url") or os.environ["ADDRESS"]).read().decode()
    except OSError as error:
        return "refused"
`;

const [major, minor] = (python?.version ?? "3.0").split(".");

const kinds: readonly [string, string, Record<string, string>, string][] = [
  ["nodejs20.x", "index.handler", { "index.mjs": node }, "ECONNREFUSED"],
  [`python${major}.${minor}`, "app.handler", { "app.py": py }, "refused"],
];

describe.each(kinds.slice(0, python === undefined ? 1 : 2))(
  "HTTPS within %s",
  (runtime, handler, files, refused) => {
    const requestContext = { connectionId: "L0SM9cOFvHcCIhw=" };

    it("reaches this cloud for a WebSocket's event", async () => {
      const spec = await bench.define(runtime, handler, files);
      const ask = async (url: string) => (await bench.invoke(spec, { url, requestContext })).payload;
      expect(await ask(`https://localhost:${port}/_execute-api/a/live?x=1`)).toBe(
        `localhost:${port}/_execute-api/a/live?x=1`,
      );
      expect(await ask("https://a.execute-api.us-east-1.amazonaws.com/live")).toBe(
        "a.execute-api.us-east-1.amazonaws.com/live",
      );
      expect(await ask("https://127.0.0.1:1/")).toBe(refused);
    });

    it("reaches this cloud for an address in the environment", async () => {
      const ADDRESS = "https://a.execute-api.eu-west-1.amazonaws.com/live";
      const spec = await bench.define(runtime, handler, files, { environment: { ADDRESS } });
      expect((await bench.invoke(spec, {})).payload).toBe("a.execute-api.eu-west-1.amazonaws.com/live");
    });
  },
);
