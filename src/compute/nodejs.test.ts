// Node.js functions, with real processes: handler styles, the context, the log,
// and how each failure is told.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./testing/bench.ts";

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

async function run(source: string, event: unknown = {}, handler = "index.handler", file = "index.js") {
  return bench.invoke(await bench.define("nodejs20.x", handler, { [file]: source }), event);
}

describe("handlers", () => {
  it("returns what an async handler returns", async () => {
    const { payload, result } = await run("exports.handler = async (event) => ({ got: event });", { a: 1 });
    expect(payload).toEqual({ got: { a: 1 } });
    expect(result.functionError).toBeUndefined();
  });

  it("loads ES modules with top-level await", async () => {
    const source = "const x = await Promise.resolve(7); export const handler = async () => x;";
    expect((await run(source, {}, "index.handler", "index.mjs")).payload).toBe(7);
  });

  it("loads a .js file as an ES module where package.json says so", async () => {
    const spec = await bench.define("nodejs22.x", "src/app.handler", {
      "package.json": '{"type":"module"}',
      "src/app.js": "export const handler = async () => import.meta.url;",
    });
    expect((await bench.invoke(spec)).payload).toEqual(
      expect.stringMatching(/^file:\/\/.*\/var\/task\/src\/app\.js$/),
    );
  });

  it("finds a nested property in a nested path", async () => {
    const source = "exports.api = { create: async () => 'made' };";
    expect((await run(source, {}, "src/deep/app.api.create", "src/deep/app.js")).payload).toBe("made");
  });

  it("waits for the event loop to empty after a callback", async () => {
    const source = `exports.handler = (event, context, callback) => {
      const answer = { late: false };
      setTimeout(() => { answer.late = true; }, 30);
      callback(null, answer);
    };`;
    expect((await run(source)).payload).toEqual({ late: true });
  });

  it("does not wait when callbackWaitsForEmptyEventLoop is false", async () => {
    const source = `exports.handler = (event, context, callback) => {
      context.callbackWaitsForEmptyEventLoop = false;
      setInterval(() => {}, 1000);
      callback(null, "at once");
    };`;
    expect((await run(source)).payload).toBe("at once");
  });

  it("answers null when a handler without a promise never calls back", async () => {
    expect((await run("exports.handler = () => {};")).payload).toBeNull();
  });

  it("serves context.succeed, and a thenable", async () => {
    expect((await run("exports.handler = (e, context) => context.succeed('done');")).payload).toBe("done");
    expect((await run("exports.handler = () => ({ then: (f) => f('thenable') });")).payload).toBe("thenable");
  });

  it("keeps module state between invocations of one environment", async () => {
    const spec = await bench.define("nodejs20.x", "index.handler", {
      "index.js": "let n = 0; exports.handler = async () => ++n;",
    });
    expect((await bench.invoke(spec)).payload).toBe(1);
    expect((await bench.invoke(spec)).payload).toBe(2);
  });
});

describe("context and environment", () => {
  it("fills in the context", async () => {
    const spec = await bench.define("nodejs20.x", "index.handler", {
      "index.js": `exports.handler = async (event, context) => ({
        ...context, remaining: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID });`,
    });
    const { payload } = await bench.invoke(
      spec,
      {},
      {
        clientContext: '{"custom":{"a":"b"}}',
        traceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
      },
    );
    expect(payload).toMatchObject({
      functionName: spec.functionName,
      functionVersion: "$LATEST",
      memoryLimitInMB: "128",
      logGroupName: spec.logGroupName,
      logStreamName: spec.logStreamName(),
      invokedFunctionArn: spec.invokedArn,
      awsRequestId: "8f5c1f4e-0000-4000-8000-000000000001",
      clientContext: { custom: { a: "b" } },
      trace: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
    });
    const { remaining } = payload as { remaining: number };
    expect(remaining).toBeGreaterThan(8000);
    expect(remaining).toBeLessThanOrEqual(10_000);
  });

  it("gives the function AWS's variables and the user's, and nothing of Cumulet's own", async () => {
    process.env.CUMULET_SECRET_OF_THE_TEST = "leaked";
    const spec = await bench.define(
      "nodejs20.x",
      "index.handler",
      { "index.js": "exports.handler = async () => process.env;" },
      { environment: { MINE: "yes", AWS_REGION: "overridden", TZ: "Europe/Berlin" } },
    );
    const { payload } = await bench.invoke(spec);
    delete process.env.CUMULET_SECRET_OF_THE_TEST;
    expect(payload).toMatchObject({
      MINE: "yes",
      TZ: "Europe/Berlin",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "ASIAEXAMPLE",
      AWS_SESSION_TOKEN: "token",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
      _HANDLER: "index.handler",
    });
    expect(payload).not.toHaveProperty("CUMULET_SECRET_OF_THE_TEST");
    expect(payload).not.toHaveProperty("HOME");
  });
});

describe("log", () => {
  it("wraps an invocation in START, END and REPORT", async () => {
    const { log } = await run("exports.handler = async () => 1;");
    const id = "8f5c1f4e-0000-4000-8000-000000000001";
    expect(log.split("\n")).toEqual([
      expect.stringMatching(/^INIT_START Runtime Version: nodejs:20\./),
      `START RequestId: ${id} Version: $LATEST`,
      `END RequestId: ${id}`,
      expect.stringMatching(
        new RegExp(
          `^REPORT RequestId: ${id}\tDuration: \\d+\\.\\d\\d ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\tInit Duration: \\d+\\.\\d\\d ms\t$`,
        ),
      ),
      "",
    ]);
  });

  it("makes one event of one console call, whatever its newlines, in AWS's format", async () => {
    const { result } = await run("exports.handler = async () => { console.warn('a\\nb', { c: 1 }); };");
    const lines = (await result.logs).map((line) => line.message);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t8f5c1f4e-0000-4000-8000-000000000001\tWARN\ta\nb \{ c: 1 \}\n$/,
      ),
    );
  });

  it("keeps what is written to the streams directly, and before an exit", async () => {
    const source =
      "exports.handler = async () => { process.stdout.write('raw\\n'); console.log('last'); process.exit(3); };";
    const { log, payload } = await run(source);
    expect(log).toContain("raw\n");
    expect(log).toContain("\tINFO\tlast\n");
    expect(payload).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage:
        "RequestId: 8f5c1f4e-0000-4000-8000-000000000001 Error: Runtime exited with error: exit status 3",
    });
  });

  it("writes JSON where the function is configured so", async () => {
    const source = "exports.handler = async () => { console.log('hello'); console.debug('no'); };";
    const spec = await bench.define(
      "nodejs20.x",
      "index.handler",
      { "index.js": source },
      { logFormat: "JSON" },
    );
    const { result } = await bench.invoke(spec);
    const entries = (await result.logs).map((line) => JSON.parse(line.message));
    expect(entries.map((entry) => entry.type ?? entry.message)).toEqual([
      "platform.initStart",
      "platform.start",
      "hello",
      "platform.report",
    ]);
    expect(entries[2]).toMatchObject({ level: "INFO", requestId: "8f5c1f4e-0000-4000-8000-000000000001" });
  });
});

describe("failures", () => {
  it("tells an error that the handler throws, and goes on", async () => {
    const spec = await bench.define("nodejs20.x", "index.handler", {
      "index.js":
        "let n = 0; exports.handler = async () => { if (n++ === 0) throw new TypeError('boom'); return n; };",
    });
    const { result, payload, log } = await bench.invoke(spec);
    expect(result.functionError).toBe("Unhandled");
    expect(payload).toMatchObject({ errorType: "TypeError", errorMessage: "boom" });
    expect((payload as { trace: string[] }).trace[0]).toBe("TypeError: boom");
    expect(log).toMatch(
      /\tERROR\tInvoke Error \t\{"errorType":"TypeError","errorMessage":"boom","stack":\["TypeError: boom"/,
    );
    expect((await bench.invoke(spec)).payload).toBe(2);
  });

  it("tells a rejection with something that is no error", async () => {
    expect((await run("exports.handler = async () => { throw 'text'; };")).payload).toEqual({
      errorType: "string",
      errorMessage: "text",
      trace: [],
    });
  });

  it("ends the environment at an uncaught exception", async () => {
    const source =
      "exports.handler = () => new Promise(() => setTimeout(() => { throw new Error('late'); }, 5));";
    const { payload, log } = await run(source);
    expect(payload).toMatchObject({ errorType: "Error", errorMessage: "late" });
    expect(log).toContain("\tERROR\tUncaught Exception \t");
    expect(log).toContain("Error: Runtime exited with error: exit status 129\nRuntime.ExitError\n");
  });

  it("ends the environment at an unhandled rejection", async () => {
    const source =
      "exports.handler = () => new Promise(() => { setTimeout(() => Promise.reject(new Error('lost')), 5); });";
    expect((await run(source)).payload).toMatchObject({
      errorType: "Runtime.UnhandledPromiseRejection",
      errorMessage: "Error: lost",
    });
  });

  it("tells of a promise that nobody will ever settle", async () => {
    const { payload } = await run("exports.handler = async () => { await new Promise(() => {}); };");
    expect(payload).toMatchObject({ errorType: "Runtime.NodeJsExit" });
  });

  it.each([
    [
      "missing.handler",
      "exports.handler = 1;",
      "Runtime.ImportModuleError",
      /^Error: Cannot find module 'missing'\nRequire stack:\n- /,
    ],
    [
      "index.nothing",
      "exports.handler = 1;",
      "Runtime.HandlerNotFound",
      "index.nothing is undefined or not exported",
    ],
    ["index.handler", "exports.handler = 1;", "Runtime.HandlerNotFound", "index.handler is not a function"],
    ["index.handler", "exports.handler = {{;", "Runtime.UserCodeSyntaxError", /^SyntaxError: /],
    [
      "index.handler",
      "require('nowhere');",
      "Runtime.ImportModuleError",
      /^Error: Cannot find module 'nowhere'\nRequire stack:\n- .*index\.js\n- .*index\.mjs$/,
    ],
    ["index", "exports.handler = 1;", "Runtime.MalformedHandlerName", "Bad handler"],
    ["index.handler", "throw new RangeError('at load');", "RangeError", "at load"],
  ])("names why %s cannot be loaded from %s", async (handler, source, errorType, errorMessage) => {
    const { payload, log, result } = await run(source, {}, handler);
    expect(result.functionError).toBe("Unhandled");
    expect(payload).toMatchObject({
      errorType,
      errorMessage: typeof errorMessage === "string" ? errorMessage : expect.stringMatching(errorMessage),
    });
    expect(log).toContain("\tundefined\tERROR\tUncaught Exception \t");
    expect(log).toMatch(
      new RegExp(`INIT_REPORT Init Duration: .* ms\tPhase: init\tStatus: error\tError Type: ${errorType}\n`),
    );
    expect(log).toMatch(/REPORT RequestId: .*\tStatus: error\tError Type: /);
  });

  it("is initialised again, on the invocation's time, where that failed", async () => {
    const source = "throw new Error('again');";
    const { log } = await run(source, {}, "index.handler");
    expect(log.match(/INIT_REPORT .*\tPhase: (init|invoke)\tStatus: error/g)).toHaveLength(2);
    expect(log.indexOf("Phase: init")).toBeLessThan(log.indexOf("Phase: invoke"));
  });

  it("refuses callback handlers from Node.js 24 on", async () => {
    const spec = await bench.define("nodejs24.x", "index.handler", {
      "index.js": "exports.handler = (event, context, callback) => callback(null, 1);",
    });
    expect((await bench.invoke(spec)).payload).toMatchObject({
      errorType: "Runtime.CallbackHandlerDeprecated",
    });
  });

  it("refuses a response beyond 6 MB and goes on", async () => {
    const spec = await bench.define("nodejs20.x", "index.handler", {
      "index.js": "exports.handler = async (event) => 'x'.repeat(event.size);",
    });
    const { payload } = await bench.invoke(spec, { size: 7_000_000 });
    expect(payload).toEqual({
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage:
        "Response payload size (7000002 bytes) exceeded maximum allowed payload size (6291556 bytes).",
    });
    expect((await bench.invoke(spec, { size: 6_000_000 })).payload).toHaveLength(6_000_000);
  });
});

describe("streaming", () => {
  const streamed = (body: string) =>
    `exports.handler = awslambda.streamifyResponse(async (event, stream) => { ${body} });`;

  it("streams to a caller who reads a stream", async () => {
    const spec = await bench.define("nodejs20.x", "index.handler", {
      "index.js": streamed(
        "stream.setContentType('text/plain'); stream.write('a'); stream.write('b'); stream.end('c');",
      ),
    });
    const { result, payload } = await bench.invoke(spec, {}, { streaming: true });
    expect(result.payload).not.toBeInstanceOf(Uint8Array);
    expect(result.contentType).toBe("text/plain");
    expect(payload).toBe("abc");
  });

  it("gathers the stream for a caller who wants it whole", async () => {
    const { payload, result } = await run(streamed("stream.write('a'); stream.end('b');"));
    expect(payload).toBe("ab");
    expect(result.payload).toBeInstanceOf(Uint8Array);
  });

  it("begins an HTTP response with its prelude", async () => {
    const { payload, result } = await run(
      streamed(
        "stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 }); stream.write('body'); stream.end();",
      ),
    );
    expect(payload).toBe('{"statusCode":201}\0\0\0\0\0\0\0\0body');
    expect(result.contentType).toBe("application/vnd.awslambda.http-integration-response");
  });

  it("breaks the stream off when the handler fails in the middle", async () => {
    const spec = await bench.define("nodejs20.x", "index.handler", {
      "index.js": streamed(
        "stream.write('a'); await new Promise((r) => setTimeout(r, 5)); throw new Error('midway');",
      ),
    });
    await expect(bench.invoke(spec, {}, { streaming: true })).rejects.toMatchObject({
      name: "StreamError",
      errorType: "Error",
    });
    const { payload } = await bench.invoke(spec);
    expect(payload).toMatchObject({ errorType: "Error", errorMessage: "midway" });
  });

  it("carries more than it may hold at once", async () => {
    const source = streamed(
      "const { pipeline } = require('stream/promises'); await pipeline((function* () { for (let i = 0; i < 80; i++) yield Buffer.alloc(262144, i); })(), stream);",
    );
    const spec = await bench.define(
      "nodejs20.x",
      "index.handler",
      { "index.js": source },
      { memoryMegabytes: 256 },
    );
    const { payload } = await bench.invoke(spec, {}, { streaming: true });
    expect((payload as string).length).toBeGreaterThan(20_000_000 / 3);
  });
});
