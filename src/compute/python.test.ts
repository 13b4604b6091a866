// Python functions, with real processes. Tests of a version that this machine
// has not are skipped.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findInterpreter, type Interpreter } from "./runtimes/interpreters.ts";
import { type Bench, openBench } from "./testing/bench.ts";

const hostPath = process.env.PATH ?? "";
const general = await findInterpreter("python3", hostPath);

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

function runtimeOf(interpreter: Interpreter | undefined): string {
  return `python${interpreter?.version.split(".").slice(0, 2).join(".")}`;
}

const runtime = runtimeOf(general);

async function run(source: string, event: unknown = {}, handler = "app.handler") {
  return bench.invoke(await bench.define(runtime, handler, { "app.py": source }), event);
}

describe.skipIf(general === undefined)("Python functions", () => {
  it("return what the handler returns, with the event and the context", async () => {
    const source = `
def handler(event, context):
    return {
        "event": event,
        "id": context.aws_request_id,
        "name": context.function_name,
        "version": context.function_version,
        "memory": context.memory_limit_in_mb,
        "arn": context.invoked_function_arn,
        "group": context.log_group_name,
        "stream": context.log_stream_name,
        "remaining": context.get_remaining_time_in_millis(),
        "client": context.client_context.custom,
        "identity": context.identity.cognito_identity_id,
    }
`;
    const spec = await bench.define(runtime, "app.handler", { "app.py": source });
    const { payload } = await bench.invoke(spec, { a: "ü" }, { clientContext: '{"custom":{"b":1}}' });
    expect(payload).toEqual({
      event: { a: "ü" },
      id: "8f5c1f4e-0000-4000-8000-000000000001",
      name: spec.functionName,
      version: "$LATEST",
      memory: "128",
      arn: spec.invokedArn,
      group: spec.logGroupName,
      stream: spec.logStreamName(),
      remaining: expect.any(Number),
      client: { b: 1 },
      identity: null,
    });
  });

  it("may be in packages and folders whose names the runtime client uses itself", async () => {
    const files = {
      "src/handler.py":
        "import context\nfrom frames import value\ndef main(event, _):\n    return [context.value, value]\n",
      "context.py": "value = 1\n",
      "frames.py": "value = 2\n",
    };
    expect((await bench.invoke(await bench.define(runtime, "src/handler.main", files))).payload).toEqual([
      1, 2,
    ]);
    expect((await bench.invoke(await bench.define(runtime, "src.handler.main", files))).payload).toEqual([
      1, 2,
    ]);
  });

  it("log what they print and what they log, as on AWS", async () => {
    const { log } = await run(`
import logging
print("loading")
logger = logging.getLogger()
logger.setLevel(logging.INFO)
def handler(event, context):
    print("printed")
    logger.info("two\\nlines")
`);
    expect(log.split("\n").slice(1, 6)).toEqual([
      "loading",
      expect.stringMatching(/^START /),
      "printed",
      expect.stringMatching(
        /^\[INFO\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,3}Z\t8f5c1f4e-0000-4000-8000-000000000001\ttwo$/,
      ),
      "lines",
    ]);
  });

  it("log JSON where they are configured so", async () => {
    const source =
      "import logging\ndef handler(event, context):\n    logging.info('hello %s', 'you', extra={'k': 1})\n";
    const spec = await bench.define(runtime, "app.handler", { "app.py": source }, { logFormat: "JSON" });
    const { result } = await bench.invoke(spec);
    const entries = (await result.logs).map((line) => JSON.parse(line.message));
    expect(entries[2]).toMatchObject({
      level: "INFO",
      message: "hello you",
      logger: "root",
      k: 1,
      requestId: "8f5c1f4e-0000-4000-8000-000000000001",
    });
  });

  it("tell an exception with the user's part of the stack", async () => {
    const { payload, log, result } = await run(
      "def handler(event, context):\n    raise ValueError('boom')\n",
    );
    expect(result.functionError).toBe("Unhandled");
    expect(payload).toEqual({
      errorMessage: "boom",
      errorType: "ValueError",
      requestId: "8f5c1f4e-0000-4000-8000-000000000001",
      stackTrace: [
        expect.stringMatching(/^ {2}File ".*app\.py", line 2, in handler\n {4}raise ValueError\('boom'\)\n/),
      ],
    });
    expect(log).toMatch(
      /\[ERROR\] ValueError: boom\nTraceback \(most recent call last\):\n {2}File ".*app\.py", line 2/,
    );
  });

  it.each([
    [
      "app.handler",
      "import nowhere",
      "Runtime.ImportModuleError",
      "Unable to import module 'app': No module named 'nowhere'",
    ],
    [
      "none.handler",
      "",
      "Runtime.ImportModuleError",
      "Unable to import module 'none': No module named 'none'",
    ],
    ["app.missing", "", "Runtime.HandlerNotFound", "Handler 'missing' missing on module 'app'"],
    [
      "app",
      "",
      "Runtime.MalformedHandlerName",
      "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
    ],
    [
      "app.handler",
      "def handler(:",
      "Runtime.UserCodeSyntaxError",
      /^Syntax error in module 'app': .*\(app\.py, line 1\)$/,
    ],
    ["app.handler", "raise KeyError('k')", "KeyError", "'k'"],
  ])("name why %s cannot be loaded from %j", async (handler, source, errorType, errorMessage) => {
    const { payload, log } = await run(source, {}, handler);
    expect(payload).toMatchObject({
      errorType,
      errorMessage: typeof errorMessage === "string" ? errorMessage : expect.stringMatching(errorMessage),
    });
    expect(log).toContain(`[ERROR] ${errorType}: `);
    expect(log).toContain(`\tPhase: init\tStatus: error\tError Type: ${errorType}\n`);
  });

  it("tell of a response that is no JSON", async () => {
    expect((await run("def handler(event, context):\n    return {1, 2}\n")).payload).toMatchObject({
      errorType: "Runtime.MarshalError",
      errorMessage: "Unable to marshal response: Object of type set is not JSON serializable",
    });
  });

  it("end their environment when they exit", async () => {
    const source =
      "import sys\ndef handler(event, context):\n    print('bye')\n    sys.exit(event['code'])\n";
    const { payload, log } = await run(source, { code: 4 });
    expect(payload).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage:
        "RequestId: 8f5c1f4e-0000-4000-8000-000000000001 Error: Runtime exited with error: exit status 4",
    });
    expect(log).toContain("bye\n");
    expect((await run(source, { code: 0 })).payload).toMatchObject({
      errorMessage:
        "RequestId: 8f5c1f4e-0000-4000-8000-000000000001 Error: Runtime exited without providing a reason",
    });
  });

  it("find the packages of a layer", async () => {
    const layer = await bench.define(runtime, "x", {
      "python/one.py": "value = 1",
      [`python/lib/${runtime}/site-packages/two.py`]: "value = 2",
    });
    const files = {
      "app.py": "import one, two\ndef handler(event, context):\n    return [one.value, two.value]\n",
    };
    const spec = await bench.define(runtime, "app.handler", files, { layerZips: [layer.codeZip] });
    expect((await bench.invoke(spec)).payload).toEqual([1, 2]);
  });

  it("find boto3 after their own code, and nothing else of the machine", async () => {
    const { payload } = await run(`
import sys
import boto3
def handler(event, context):
    try:
        import pip
        seen = True
    except ImportError:
        seen = False
    client = boto3.client("sqs")
    return [client.meta.endpoint_url, seen, sys.path[0]]
`);
    expect(payload).toEqual(["http://127.0.0.1:4566", false, expect.stringMatching(/\/var\/task$/)]);
  });
});

describe("versions", () => {
  it.for(["python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14"])(
    "%s runs on its own interpreter",
    async (name, { skip }) => {
      if ((await findInterpreter(name, hostPath)) === undefined) skip(`${name} is not on this machine`);
      const source = "import sys\ndef handler(event, context):\n    return '%d.%d' % sys.version_info[:2]\n";
      const spec = await bench.define(name, "app.handler", { "app.py": source });
      expect((await bench.invoke(spec)).payload).toBe(name.slice("python".length));
    },
  );

  it.skipIf(general === undefined)("another version runs on the machine's, and the log says so", async () => {
    const spec = await bench.define("python3.99", "app.handler", { "app.py": "def handler(e, c): return 1" });
    expect((await bench.invoke(spec)).payload).toBe(1);
    expect(bench.entries.map((entry) => entry.message)).toContainEqual(
      expect.stringContaining("no python3.99"),
    );
  });
});
