// Runtimes that users bring themselves: their `bootstrap`, unmodified, against
// the Runtime API over HTTP.

import { isMainThread } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findExecutable } from "./sandbox/probe.ts";
import { type Bench, openBench } from "./testing/bench.ts";

const curl = await findExecutable("curl", "/usr/bin:/bin");
const node = process.execPath.startsWith("/usr");

/** The bootstrap of AWS's own tutorial on custom runtimes, but for its handler. */
const tutorial = `#!/bin/sh
set -euo pipefail
source $LAMBDA_TASK_ROOT/"$(echo $_HANDLER | cut -d. -f1).sh"
while true
do
  HEADERS="$(mktemp)"
  EVENT_DATA=$(curl -sS -LD "$HEADERS" "http://\${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/next")
  REQUEST_ID=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)
  RESPONSE=$($(echo "$_HANDLER" | cut -d. -f2) "$EVENT_DATA")
  curl "http://\${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/$REQUEST_ID/response"  -d "$RESPONSE"
done
`.replace("#!/bin/sh", "#!/bin/bash");

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

const executable = (text: string) => ({ text, mode: 0o100755 });

/** A runtime in a few lines of Node.js, whose body talks to the API with `api(path, options)`. */
async function withClient(body: string, changes = {}) {
  const text = `#!${process.execPath}
const http = require("http");
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const api = (method, path, body, headers = {}) => new Promise((resolve, reject) => {
  const request = http.request({ host, port, path: "/2018-06-01/runtime" + path, method, headers }, (response) => {
    let text = "";
    response.on("data", (chunk) => { text += chunk; });
    response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
  });
  request.on("error", reject);
  request.end(body);
});
(async () => { ${body} })();
`;
  return bench.define("provided.al2023", "any", { bootstrap: executable(text) }, changes);
}

describe("the Runtime API", () => {
  it.skipIf(curl === undefined)("serves the bootstrap of AWS's tutorial", async () => {
    const spec = await bench.define("provided.al2023", "function.handler", {
      bootstrap: executable(tutorial),
      "function.sh": `function handler () { echo "$1" 1>&2; echo "Echoing request: '$1'"; }`,
    });
    const { payload, log } = await bench.invoke(spec, { text: "hello" });
    expect(payload).toBe(`Echoing request: '{"text":"hello"}'`);
    expect(log).toContain('{"text":"hello"}\n');
    expect(log).toMatch(/^INIT_START .*\nSTART RequestId/);
    expect((await bench.invoke(spec, { again: 1 })).payload).toContain("again");
  });

  // Tests run in worker threads, where there are no pipes: see host.ts.
  it.skipIf(curl === undefined || !isMainThread)("lets a shell write to /dev/stderr", async () => {
    const spec = await bench.define("provided.al2023", "function.handler", {
      bootstrap: executable(tutorial),
      "function.sh": `function handler () { echo "to the device" > /dev/stderr; echo '"ok"'; }`,
    });
    const { payload, log } = await bench.invoke(spec);
    expect(payload).toBe("ok");
    expect(log).toContain("to the device\n");
  });

  it.skipIf(!node)("tells the headers of an invocation", async () => {
    const spec = await withClient(`
      for (;;) {
        const next = await api("GET", "/invocation/next");
        await api("POST", "/invocation/" + next.headers["lambda-runtime-aws-request-id"] + "/response", JSON.stringify(next.headers));
      }`);
    const { payload } = await bench.invoke(spec, {}, { clientContext: '{"a":1}', traceHeader: "Root=1-2-3" });
    expect(payload).toMatchObject({
      "lambda-runtime-aws-request-id": "8f5c1f4e-0000-4000-8000-000000000001",
      "lambda-runtime-invoked-function-arn": spec.invokedArn,
      "lambda-runtime-trace-id": "Root=1-2-3",
      "lambda-runtime-client-context": '{"a":1}',
      "lambda-runtime-deadline-ms": expect.stringMatching(/^\d{13}$/),
    });
  });

  it.skipIf(!node)("takes an error, refuses a wrong request id, and has no extensions", async () => {
    const spec = await withClient(`
      for (;;) {
        const next = await api("GET", "/invocation/next");
        const wrong = await api("POST", "/invocation/00000000-wrong/response", "1");
        const extension = await new Promise((r) => http.get({ host, port, path: "/2020-01-01/extension/event/next" }, (x) => { x.resume(); r(x.statusCode); }));
        await api("POST", "/invocation/" + next.headers["lambda-runtime-aws-request-id"] + "/error",
          JSON.stringify({ errorType: "Mine", errorMessage: wrong.status + " " + wrong.text + " " + extension }));
      }`);
    const { payload, result } = await bench.invoke(spec);
    expect(result.functionError).toBe("Unhandled");
    expect(payload).toEqual({
      errorType: "Mine",
      errorMessage: '400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"} 501',
    });
  });

  it.skipIf(!node)("takes a streamed response, and an error in its trailers", async () => {
    const spec = await withClient(`
      for (;;) {
        const next = await api("GET", "/invocation/next");
        const event = JSON.parse(next.text);
        await new Promise((resolve) => {
          const request = http.request({ host, port, method: "POST",
            path: "/2018-06-01/runtime/invocation/" + next.headers["lambda-runtime-aws-request-id"] + "/response",
            headers: { "Lambda-Runtime-Function-Response-Mode": "streaming", "Transfer-Encoding": "chunked", "Content-Type": "text/x",
              Trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body" } },
            (response) => { response.resume(); response.on("end", resolve); });
          request.write("one ");
          request.write("two");
          if (event.fail) request.addTrailers({ "Lambda-Runtime-Function-Error-Type": "Mine",
            "Lambda-Runtime-Function-Error-Body": Buffer.from('{"errorType":"Mine"}').toString("base64") });
          request.end();
        });
      }`);
    const { payload, result } = await bench.invoke(spec, {}, { streaming: true });
    expect(payload).toBe("one two");
    expect(result.contentType).toBe("text/x");
    await expect(bench.invoke(spec, { fail: true }, { streaming: true })).rejects.toMatchObject({
      errorType: "Mine",
    });
  });

  it.skipIf(!node)("takes an error of the initialisation", async () => {
    const spec = await withClient(`
      await api("POST", "/init/error", '{"errorType":"Mine","errorMessage":"no"}');
      process.exit(1);`);
    expect((await bench.invoke(spec)).payload).toEqual({ errorType: "Mine", errorMessage: "no" });
  });

  it.skipIf(!node)("belongs to the environment it was opened for", async () => {
    const server = await withClient(`
      for (;;) {
        const next = await api("GET", "/invocation/next");
        await api("POST", "/invocation/" + next.headers["lambda-runtime-aws-request-id"] + "/response", JSON.stringify(port));
      }`);
    const port = (await bench.invoke(server)).payload;
    const thief = await bench.define("nodejs20.x", "index.handler", {
      "index.js": `exports.handler = (event) => new Promise((resolve) => {
        const request = require("http").get({ host: "127.0.0.1", port: event, path: "/2018-06-01/runtime/invocation/next" }, () => resolve("stolen"));
        request.on("error", () => resolve("refused"));
      });`,
    });
    expect((await bench.invoke(thief, port)).payload).toBe("refused");
    expect((await bench.invoke(server)).payload).toBe(port);
  });
});

describe("a bootstrap", () => {
  it("that is missing, or not executable, is named", async () => {
    const missing = await bench.define("provided.al2023", "any", { "readme.txt": "" });
    const { payload, log } = await bench.invoke(missing);
    expect(payload).toEqual({
      errorType: "Runtime.InvalidEntrypoint",
      errorMessage:
        "RequestId: 8f5c1f4e-0000-4000-8000-000000000001 Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
    });
    expect(log).toContain("Runtime.InvalidEntrypoint\n");
    const text = await bench.define("provided.al2023", "any", { bootstrap: "#!/bin/sh\n" });
    expect((await bench.invoke(text)).payload).toMatchObject({ errorType: "Runtime.InvalidEntrypoint" });
  });

  it("that exits before it asks for an invocation is told so", async () => {
    const spec = await bench.define("provided.al2023", "any", {
      bootstrap: executable("#!/bin/sh\necho starting\nexit 7\n"),
    });
    const { payload, log } = await bench.invoke(spec);
    expect(payload).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage:
        "RequestId: 8f5c1f4e-0000-4000-8000-000000000001 Error: Runtime exited with error: exit status 7",
    });
    expect(log).toContain("starting\n");
  });

  it("may come from a layer", async () => {
    const layer = await bench.define("provided.al2023", "any", {
      bootstrap: executable(tutorial),
    });
    const spec = await bench.define(
      "provided.al2023",
      "function.handler",
      { "function.sh": `function handler () { echo '"layered"'; }` },
      { layerZips: [layer.codeZip] },
    );
    expect((await bench.invoke(spec)).payload).toBe("layered");
  });
});
