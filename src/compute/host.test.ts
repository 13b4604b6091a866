// The function host as the Lambda service sees it: which environment runs an
// invocation, what ends one, and that nothing outlives the host.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Bench, credentials, openBench } from "./testing/bench.ts";

const benches: Bench[] = [];
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.close()));
});

function open(options: Parameters<typeof openBench>[0] = {}): Bench {
  const bench = openBench(options);
  benches.push(bench);
  return bench;
}

/** Tells its environment by a value that only this process has. */
const whoami = {
  "index.js": `const id = require("crypto").randomBytes(8).toString("hex");
    exports.handler = async (event) => { await new Promise((r) => setTimeout(r, event.wait ?? 0)); return id; };`,
};

function start(
  bench: Bench,
  spec: Awaited<ReturnType<Bench["define"]>>,
  event: unknown,
  signal?: AbortSignal,
) {
  return bench.host.invoke(spec, credentials, {
    requestId: "r",
    payload: Buffer.from(JSON.stringify(event)),
    invokedArn: spec.invokedArn,
    signal: signal ?? new AbortController().signal,
  });
}

const textOf = async (result: ReturnType<typeof start>): Promise<string> =>
  Buffer.from((await result).payload as Uint8Array).toString();

describe("environments", () => {
  it("are used again, the one used last first, and one invocation at a time", async () => {
    const bench = open();
    const spec = await bench.define("nodejs20.x", "index.handler", whoami);
    await bench.host.prepare(spec, credentials, 2);
    const over = async (wait: number): Promise<string> => {
      const result = await start(bench, spec, { wait });
      await result.logs;
      return Buffer.from(result.payload as Uint8Array).toString();
    };
    const [a, b] = await Promise.all([over(100), over(150)]);
    expect(a).not.toBe(b);
    const { payload } = await bench.invoke(spec);
    expect(JSON.stringify(payload)).toBe(b);
  });

  it("are bounded: invocations wait for room in the order they came", async () => {
    const bench = open({ limits: { maxEnvironments: 1 } });
    const spec = await bench.define("nodejs20.x", "index.handler", whoami);
    const order: number[] = [];
    const ids = await Promise.all(
      [1, 2, 3].map(async (n) => {
        const text = await textOf(start(bench, spec, { wait: 10 }));
        order.push(n);
        return text;
      }),
    );
    expect(new Set(ids).size).toBe(1);
    expect(order).toEqual([1, 2, 3]);
  });

  it("make room for another function when they are idle", async () => {
    const bench = open({ limits: { maxEnvironments: 1 } });
    const one = await bench.define("nodejs20.x", "index.handler", whoami);
    const two = await bench.define("nodejs20.x", "index.handler", whoami);
    const first = (await bench.invoke(one)).payload;
    const second = (await bench.invoke(two)).payload;
    expect(second).not.toBe(first);
    expect((await bench.invoke(one)).payload).not.toBe(first);
  });

  it("go from function to function in the order of the callers", async () => {
    const bench = open({ limits: { maxEnvironments: 1 } });
    const one = await bench.define("nodejs20.x", "index.handler", whoami);
    const two = await bench.define("nodejs20.x", "index.handler", whoami);
    const order: string[] = [];
    const calls = [one, one, two, one].map(async (spec, n) => {
      await start(bench, spec, { wait: 10 });
      order.push(`${spec === one ? "one" : "two"} ${n}`);
    });
    await Promise.all(calls);
    expect(order).toEqual(["one 0", "one 1", "two 2", "one 3"]);
  });

  it("are not waited for beyond the signal", async () => {
    const bench = open({ limits: { maxEnvironments: 1 } });
    const spec = await bench.define("nodejs20.x", "index.handler", whoami);
    await bench.invoke(spec);
    const running = start(bench, spec, { wait: 100 });
    const controller = new AbortController();
    const waiting = start(bench, spec, {}, controller.signal);
    controller.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    await running;
  });

  it("of a retired spec end, the running one after its invocation", async () => {
    const bench = open();
    const spec = await bench.define("nodejs20.x", "index.handler", whoami);
    const { payload } = await bench.invoke(spec);
    const running = textOf(start(bench, spec, { wait: 50 }));
    bench.host.retire(spec.id);
    expect(await running).toBe(JSON.stringify(payload));
    expect((await bench.invoke(spec)).payload).not.toBe(payload);
  });

  it("end with their credentials", async () => {
    let now = 0;
    const bench = open({ clock: { now: () => now } });
    const spec = await bench.define("nodejs20.x", "index.handler", whoami);
    now = Date.now();
    const first = (await bench.invoke(spec)).payload;
    expect((await bench.invoke(spec)).payload).toBe(first);
    now += 3_600_000;
    const late = async () => ({ ...(await credentials()), expiresAt: now + 3_600_000 });
    const result = await bench.host.invoke(spec, late, {
      requestId: "r",
      payload: Buffer.from("{}"),
      invokedArn: spec.invokedArn,
      signal: new AbortController().signal,
    });
    expect(JSON.parse(Buffer.from(result.payload as Uint8Array).toString())).not.toBe(first);
  });

  it("that were prepared are there at once, and their start is nobody's", async () => {
    const bench = open();
    const spec = await bench.define("nodejs20.x", "index.handler", {
      "index.js": "exports.handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE;",
    });
    await bench.host.prepare(spec, credentials, 2);
    const { payload, log } = await bench.invoke(spec);
    expect(payload).toBe("provisioned-concurrency");
    expect(log).not.toContain("Init Duration");
  });

  it("cannot be prepared where they do not initialise", async () => {
    const bench = open();
    const spec = await bench.define("nodejs20.x", "index.handler", { "index.js": "throw new Error('no');" });
    await expect(bench.host.prepare(spec, credentials, 1)).rejects.toThrow("failed to initialise");
  });

  it("see the layers under /opt, the later over the earlier", async () => {
    const bench = open();
    const layer = (text: string) =>
      bench.define("nodejs20.x", "x", { "nodejs/node_modules/lib/index.js": text });
    const one = await layer("module.exports = 1;");
    const two = await layer("module.exports = 2;");
    const files = {
      "cjs.js": "exports.handler = async () => require('lib');",
      "esm.mjs": "import lib from 'lib'; export const handler = async () => lib;",
    };
    const layerZips = [one.codeZip, two.codeZip];
    for (const handler of ["cjs.handler", "esm.handler"]) {
      const spec = await bench.define("nodejs20.x", handler, files, { layerZips });
      expect((await bench.invoke(spec)).payload).toBe(2);
    }
  });

  it("take code of many files and variables that a process must be born with", async () => {
    const bench = open();
    const files: Record<string, string> = {
      "index.js": "exports.handler = async () => require('fs').readdirSync('lib').length;",
    };
    for (let n = 0; n < 150; n++) files[`lib/${n}.js`] = "";
    const many = await bench.define("nodejs20.x", "index.handler", files);
    expect((await bench.invoke(many)).payload).toBe(150);
    const born = await bench.define(
      "nodejs20.x",
      "index.handler",
      {
        "index.js":
          "exports.handler = async () => [process.execArgv.length > 0, new Error('x').stack.split('\\n').length];",
      },
      { environment: { NODE_OPTIONS: "--stack-trace-limit=1" } },
    );
    expect((await bench.invoke(born)).payload).toEqual([true, 2]);
    const wrapped = await bench.define(
      "nodejs20.x",
      "index.handler",
      {
        "index.js": "exports.handler = async () => process.env.WRAPPED;",
        wrapper: { text: '#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n', mode: 0o100755 },
      },
      { environment: { AWS_LAMBDA_EXEC_WRAPPER: "/var/task/wrapper" } },
    );
    if (bench.entries.length === 0) expect((await bench.invoke(wrapped)).payload).toBe("yes");
  });
});

describe("limits", () => {
  it("a function that takes too long is stopped, with its environment", async () => {
    const bench = open();
    const spec = await bench.define(
      "nodejs20.x",
      "index.handler",
      {
        "index.js":
          "exports.handler = async (e) => { console.log('begin'); for (;;) if (!e.hang) return process.pid; };",
      },
      { timeoutMilliseconds: 1000 },
    );
    await bench.invoke(spec);
    const { payload, log, result } = await bench.invoke(spec, { hang: true });
    const id = "8f5c1f4e-0000-4000-8000-000000000001";
    expect(result.functionError).toBe("Unhandled");
    expect(payload).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${id} Error: Task timed out after 1.00 seconds`,
    });
    expect(log).toMatch(
      new RegExp(`\tbegin\n\\d{4}-\\d\\d-\\d\\dT.*Z ${id} Task timed out after 1\\.00 seconds\n\nEND`),
    );
    expect(log).toMatch(/Duration: 1000\.00 ms\tBilled Duration: 1000 ms\t.*\tStatus: timeout\t\n$/);
    expect((await bench.invoke(spec)).log).toContain("INIT_START");
  });

  it("a function that takes too much memory is killed", async () => {
    const bench = open();
    const spec = await bench.define("python3.11", "app.handler", {
      "app.py":
        "import time\ndef handler(event, context):\n    x = b'x' * (event['mb'] << 20)\n    time.sleep(0.4)\n    return len(x)\n",
    });
    expect((await bench.invoke(spec, { mb: 60 })).payload).toBe(60 << 20);
    const { payload, log } = await bench.invoke(spec, { mb: 300 });
    expect(payload).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage:
        "RequestId: 8f5c1f4e-0000-4000-8000-000000000001 Error: Runtime exited with error: signal: killed",
    });
    expect(log).toContain("Max Memory Used: 128 MB\t");
  });

  it("an initialisation beyond its limit starts again on the invocation's time", async () => {
    const bench = open({ limits: { initMilliseconds: 150 } });
    const slow = (milliseconds: number) =>
      bench.define(
        "nodejs20.x",
        "index.mjs".replace(".mjs", ".handler"),
        {
          "index.mjs": `await new Promise((r) => setTimeout(r, ${milliseconds})); export const handler = async () => 1;`,
        },
        { timeoutMilliseconds: 1000 },
      );
    const { payload, log } = await bench.invoke(await slow(300));
    expect(payload).toBe(1);
    expect(log).toMatch(/INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: timeout\n/);
    expect((await bench.invoke(await slow(5000))).payload).toMatchObject({ errorType: "Sandbox.Timedout" });
  });

  it("runaway output is cut, and the log says so", async () => {
    const bench = open();
    const spec = await bench.define("nodejs20.x", "index.handler", {
      "index.js":
        "exports.handler = async () => { for (let i = 0; i < 25000; i++) console.log(i); console.log('x'.repeat(300000)); };",
    });
    const { log, result } = await bench.invoke(spec);
    expect((await result.logs).length).toBeLessThan(20_010);
    expect(log.slice(-1000)).toMatch(/Cumulet dropped \d+ further log lines\.\nEND /);
  });
});

describe("the end", () => {
  it("of the host is the end of every process and every file it made", async () => {
    const bench = openBench();
    const spec = await bench.define("nodejs20.x", "index.handler", {
      "index.js": `exports.handler = async (event) => {
        require("child_process").spawn("sleep", ["86399"], { detached: true, stdio: "ignore" }).unref(); return 1; };`,
    });
    await bench.invoke(spec);
    expect(processesWith("86399").length).toBeGreaterThan(0);
    await bench.host.stop();
    await expect.poll(() => processesWith("86399")).toEqual([]);
    await expect.poll(() => processesWith(bench.directory)).toEqual([]);
    expect(readdirSync(join(bench.directory, "work"))).toEqual([]);
    await expect(bench.invoke(spec)).rejects.toThrow("stopped");
    await bench.close();
  });

  it("of a running invocation is an error of Cumulet's, not of the function's", async () => {
    const bench = openBench();
    const spec = await bench.define("nodejs20.x", "index.handler", whoami);
    await bench.invoke(spec);
    const running = start(bench, spec, { wait: 5000 });
    const refused = expect(running).rejects.toThrow("stopped");
    await bench.close();
    await refused;
  });
});

/** Processes of this machine whose command line has this text. */
function processesWith(text: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => commandLine(name).includes(text));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
