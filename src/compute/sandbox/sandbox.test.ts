// What user code can see and do, in bubblewrap where this machine allows it,
// and as a plain process; and that nothing survives Cumulet's sudden death.

import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench } from "../testing/bench.ts";
import { openBubblewrap } from "./bubblewrap.ts";

const hostPath = process.env.PATH ?? "";
const probeDirectory = mkdtempSync(join(tmpdir(), "cumulet-probe-"));
const bubblewrapWorks = (await openBubblewrap(hostPath, probeDirectory, undefined, undefined)) !== undefined;
rmSync(probeDirectory, { recursive: true });

/** Evaluates what the event asks for. */
const evaluator = {
  "index.js":
    "exports.handler = async (event) => { try { return await eval(event.code); } catch (error) { return String(error.code ?? error); } };",
};

describe.skipIf(!bubblewrapWorks)("in bubblewrap", () => {
  let bench: Bench;
  let ask: (code: string) => Promise<unknown>;
  beforeAll(async () => {
    bench = openBench();
    const spec = await bench.define("nodejs20.x", "index.handler", evaluator, {
      ephemeralStorageMegabytes: 512,
    });
    ask = async (code) => (await bench.invoke(spec, { code })).payload;
  });
  afterAll(() => bench.close());

  it("code stands in /var/task, as AWS's user", async () => {
    expect(
      await ask("[process.cwd(), __filename, process.getuid(), require('os').userInfo().username]"),
    ).toEqual(["/var/task", "/var/task/index.js", 993, "sbx_user1051"]);
  });

  it("it sees neither Cumulet's data nor the user's home", async () => {
    writeFileSync(join(bench.directory, "secret"), "s");
    expect(
      await ask(`require('fs').readFileSync(${JSON.stringify(join(bench.directory, "secret"))}, 'utf8')`),
    ).toBe("ENOENT");
    expect(await ask(`require('fs').readdirSync(${JSON.stringify(homedir())})`)).toBe("ENOENT");
    expect(await ask("require('fs').existsSync('/etc/shadow')")).toBe(false);
  });

  it("it sees no process but its own, and can signal none", async () => {
    const pids = (await ask(
      "require('fs').readdirSync('/proc').filter((name) => /^\\d+$/.test(name))",
    )) as string[];
    expect(pids.length).toBeLessThan(5);
    expect(await ask(`process.kill(${process.pid}, 0)`)).toBe("ESRCH");
  });

  it("it writes to /tmp only, and no more than its storage", async () => {
    expect(await ask("require('fs').writeFileSync('/var/task/x', 'x')")).toBe("EROFS");
    expect(await ask("require('fs').writeFileSync('/opt/x', 'x')")).toBe("EROFS");
    expect(await ask("require('fs').writeFileSync('/x', 'x')")).toBe("EROFS");
    expect(await ask("require('fs').writeFileSync('/tmp/x', 'x')")).toBeNull();
    const fill =
      "const fd = require('fs').openSync('/tmp/full', 'w'); const b = Buffer.alloc(1 << 24); for (let i = 0; i < 40; i++) require('fs').writeSync(fd, b)";
    expect(await ask(fill)).toBe("ENOSPC");
    expect(await ask("require('fs').unlinkSync('/tmp/full')")).toBeNull();
  });

  it("its /tmp is its environment's alone", async () => {
    const other = await bench.define("nodejs20.x", "index.handler", evaluator);
    await ask("require('fs').writeFileSync('/tmp/mine', 'x')");
    expect((await bench.invoke(other, { code: "require('fs').readdirSync('/tmp')" })).payload).toEqual([]);
  });

  it("it has no privileges to gain", async () => {
    const status = (await ask("require('fs').readFileSync('/proc/self/status', 'utf8')")) as string;
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  });

  it("what it starts dies with it", async () => {
    await ask(
      "require('child_process').spawn('sleep', ['86398'], { detached: true, stdio: 'ignore' }).unref()",
    );
    await ask("setImmediate(() => process.exit(1))");
    await expect.poll(() => processesWith("86398")).toEqual([]);
  });

  it("it finds the AWS SDK, from CommonJS and from an ES module, and nothing else of the machine's", async () => {
    const files = {
      "cjs.js": `exports.handler = async () => {
        const { SQSClient } = require("@aws-sdk/client-sqs");
        const endpoint = await new SQSClient({}).config.endpoint?.();
        let esbuild; try { esbuild = require("esbuild"); } catch (error) { esbuild = error.code; }
        return [require.resolve("@aws-sdk/client-sqs").startsWith("/var/"), esbuild]; };`,
      "esm.mjs": `import { SQSClient } from "@aws-sdk/client-sqs";
        export const handler = async () => [typeof SQSClient];`,
    };
    const cjs = await bench.define("nodejs20.x", "cjs.handler", files, { memoryMegabytes: 256 });
    expect((await bench.invoke(cjs)).payload).toEqual([true, "MODULE_NOT_FOUND"]);
    const esm = await bench.define("nodejs20.x", "esm.handler", files, { memoryMegabytes: 256 });
    expect((await bench.invoke(esm)).payload).toEqual(["function"]);
  });
});

describe("as a plain process", () => {
  let bench: Bench;
  beforeAll(() => {
    bench = openBench({ isolation: "plain" });
  });
  afterAll(() => bench.close());

  it("code stands in a directory of its own, and the log says once what is missing", async () => {
    const code =
      "[process.cwd() === process.env.LAMBDA_TASK_ROOT, require('fs').readdirSync('.'), process.env.HOME, require('os').tmpdir()]";
    const spec = await bench.define("nodejs20.x", "index.handler", evaluator);
    const [home, files, variable, temporary] = (await bench.invoke(spec, { code })).payload as unknown[];
    expect([home, files, variable]).toEqual([true, ["index.js"], null]);
    expect(temporary).toContain(bench.directory);
    await bench.invoke(await bench.define("nodejs20.x", "index.handler", evaluator), { code });
    expect(bench.entries.filter((entry) => String(entry.message).includes("bubblewrap"))).toHaveLength(1);
  });

  it("code cannot change what the next environment runs", async () => {
    const spec = await bench.define("nodejs20.x", "index.handler", evaluator);
    await bench.invoke(spec, { code: "require('fs').writeFileSync('index.js', 'broken')" });
    bench.host.retire(spec.id);
    expect((await bench.invoke(spec, { code: "1 + 1" })).payload).toBe(2);
  });

  it("it finds the AWS SDK, from CommonJS and from an ES module", async () => {
    const files = {
      "cjs.js": "exports.handler = async () => typeof require('@aws-sdk/client-sqs').SQSClient;",
      "esm.mjs":
        "import { SQSClient } from '@aws-sdk/client-sqs'; export const handler = async () => typeof SQSClient;",
    };
    for (const handler of ["cjs.handler", "esm.handler"]) {
      const spec = await bench.define("nodejs20.x", handler, files, { memoryMegabytes: 256 });
      expect((await bench.invoke(spec)).payload).toBe("function");
    }
  });
});

describe("the death of Cumulet", () => {
  const isolations = bubblewrapWorks ? (["auto", "plain"] as const) : (["plain"] as const);

  it.each(isolations)("ends every process it started (%s)", async (isolation) => {
    const directory = mkdtempSync(join(tmpdir(), "cumulet-death-"));
    const marker = `death-${process.pid}-${isolation}`;
    const script = join(directory, "host.mjs");
    await bundle(script);
    const child = spawn(process.execPath, [script, isolation, marker], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, TMPDIR: directory },
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    expect(processesWith(marker).length).toBeGreaterThan(1);
    child.kill("SIGKILL");
    await expect.poll(() => processesWith(marker), { timeout: 5000 }).toEqual([]);
    rmSync(directory, { recursive: true, force: true });
  });
});

/** A process of its own, to be killed: a host with one function that never ends and one that waits. */
async function bundle(outfile: string): Promise<void> {
  const bench = fileURLToPath(new URL("../testing/bench.ts", import.meta.url));
  const contents = `
    import { openBench } from ${JSON.stringify(bench)};
    const [, , isolation, marker] = process.argv;
    const bench = openBench({ isolation });
    const source = "exports.handler = async (event) => { require('child_process').spawn('sleep', [event.marker]).on('error', () => 0); " +
      "require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)', event.marker]); process.title = event.marker; if (event.spin) for (;;); };";
    const spin = await bench.define("nodejs20.x", "index.handler", { "index.js": source }, { timeoutMilliseconds: 60000 });
    const idle = await bench.define("nodejs20.x", "index.handler", { "index.js": source });
    await bench.invoke(idle, { marker });
    void bench.invoke(spin, { marker, spin: true });
    setTimeout(() => console.log("running"), 300);
  `;
  await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    define: {
      __RUNTIMES_DIRECTORY__: JSON.stringify(fileURLToPath(new URL("../runtimes", import.meta.url))),
    },
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
}

function processesWith(text: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((name) => commandLine(name).includes(text));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
