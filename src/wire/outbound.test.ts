import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { outboundWeb } from "./outbound.ts";

let server: Server | undefined;
const forever = new AbortController().signal;

function serve(listener: RequestListener): Promise<string> {
  const listening = createServer(listener);
  server = listening;
  return new Promise((resolve) => {
    listening.listen(0, "127.0.0.1", () => {
      resolve(`http://127.0.0.1:${(listening.address() as AddressInfo).port}`);
    });
  });
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

test("An answer of any status comes with its headers and body", async () => {
  const url = await serve((incoming, answer) => {
    answer.writeHead(418, { "x-method": incoming.method ?? "", "x-path": incoming.url ?? "" });
    incoming.pipe(answer);
  });
  const response = await outboundWeb().fetch(
    { method: "POST", url: `${url}/a?b=c`, headers: { "x-a": "1" }, body: "hello" },
    forever,
  );
  expect(response.status).toBe(418);
  expect(response.headers).toMatchObject({ "x-method": "POST", "x-path": "/a?b=c" });
  expect(Buffer.from(response.body).toString()).toBe("hello");
});

test("A body that streams is handed on as it comes", async () => {
  let goOn: (() => void) | undefined;
  const url = await serve((_incoming, answer) => {
    answer.writeHead(200, { "x-a": "1" });
    answer.write("first");
    goOn = () => answer.end("second");
  });
  const response = await outboundWeb().fetch(
    { method: "GET", url, streams: true, maximumBodyBytes: 1 },
    forever,
  );
  expect([response.status, response.headers["x-a"], response.body.length]).toEqual([200, "1", 0]);
  const chunks: string[] = [];
  for await (const chunk of response.stream!) {
    if (chunks.length === 0) goOn?.();
    chunks.push(Buffer.from(chunk).toString());
  }
  expect(chunks).toEqual(["first", "second"]);
});

test("A silent server, a long answer, a dead port and an odd address each fail by name", async () => {
  const url = await serve((incoming, answer) => {
    if (incoming.url === "/long") answer.end("x".repeat(100));
  });
  const web = outboundWeb();
  const failure = async (request: Parameters<typeof web.fetch>[0], signal = forever): Promise<unknown> => {
    try {
      await web.fetch(request, signal);
    } catch (error) {
      return (error as { failure: unknown }).failure;
    }
    return undefined;
  };
  expect(await failure({ method: "GET", url, timeoutMilliseconds: 20 })).toBe("timeout");
  expect(await failure({ method: "GET", url: `${url}/long`, maximumBodyBytes: 99 })).toBe("too-long");
  expect(await failure({ method: "GET", url: "http://127.0.0.1:1/" })).toBe("connection");
  expect(await failure({ method: "GET", url }, AbortSignal.abort())).toBe("aborted");
  expect(await failure({ method: "GET", url: "ftp://example.com/" })).toBe("address");
});
