// `import { Cloud } from "cumulet"` in a user's own project: modules of both
// kinds, types, test runners, and nothing left running after `stop`.

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Finished, run } from "./support/client.ts";
import { plainEnvironment } from "./support/program.ts";
import { zip } from "./support/zip.ts";

const root = join(import.meta.dirname, "..");
const project = mkdtempSync(join(tmpdir(), "cumulet-library-"));
afterAll(() => rmSync(project, { recursive: true, force: true }));

// As `npm link` would leave it.
mkdirSync(join(project, "node_modules"));
symlinkSync(root, join(project, "node_modules/cumulet"));
for (const name of ["@aws-sdk", "vitest"]) {
  symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
}
writeFileSync(join(project, "package.json"), '{ "name": "shop", "type": "module" }');
cpSync(join(import.meta.dirname, "library"), project, { recursive: true });

function node(parameters: readonly string[], environment: Record<string, string> = {}): Promise<Finished> {
  return run(process.execPath, parameters, { cwd: project, env: { ...plainEnvironment(), ...environment } });
}

describe("a program", () => {
  test("runs two clouds, moves time, and ends by itself", async () => {
    const code = await zip({ "index.js": "exports.handler = async (event) => event * 2.1;" });
    const {
      code: status,
      stdout,
      stderr,
    } = await node(["use.mjs"], {
      FUNCTION_ZIP: code.toString("base64"),
      DATA_DIRECTORY: join(project, "data"),
    });
    expect({ status, stderr: withoutWarnings(stderr) }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      ports: true,
      environment: {
        AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/localhost:\d+$/),
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_REGION: "us-east-1",
        AWS_DEFAULT_REGION: "us-east-1",
      },
      apart: "QueueDoesNotExist",
      early: [],
      stillEarly: [],
      due: ["late"],
      moved: 899_000 + 3_600_000,
      otherClock: true,
      polled: [],
      badDuration: "RangeError",
      invoked: "42",
      afterReset: [],
      logged: true,
      refused: [
        true,
        expect.stringContaining("is in use"),
        true,
        expect.stringContaining("needs a root secret"),
      ],
      locked: [true, expect.stringContaining("in use by")],
      kept: 1,
      stopped: "refused",
    });
  });

  test("in CommonJS requires it", async () => {
    const { stdout, stderr } = await node(["use.cjs"]);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({ status: "ready", error: true });
  });
});

test.each(["forks", "vmThreads"])("a test suite under vitest, pool %s", async (pool) => {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { code, stdout, stderr } = await node([vitest, "run", "--root", project, "--pool", pool]);
  expect(stdout + stderr).toContain("2 passed");
  expect(stdout + stderr).not.toMatch(/did not|hanging|close timed out/i);
  expect(code).toBe(0);
});

describe("types", () => {
  const compile = async (name: string, source: string): Promise<Finished> => {
    writeFileSync(join(project, name), source);
    const strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--types", "", "--lib", "es2022"];
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    return node([tsc, ...strict, "--module", "nodenext", "--target", "es2022", "--ignoreConfig", name]);
  };
  const use = `
    export async function use(): Promise<string> {
      const cloud: Cloud = await Cloud.start({ ephemeral: true, port: 0, durability: "disk" } satisfies CloudOptions);
      await cloud.clock.advance("1h");
      const endpoint: string | undefined = cloud.env().AWS_ENDPOINT_URL;
      await cloud.stop();
      return endpoint ?? new StartError("why").message;
    }`;

  test.each([
    ["module.mts", `import { Cloud, type CloudOptions, StartError } from "cumulet";${use}`],
    ["common.cts", `import { Cloud, type CloudOptions, StartError } from "cumulet";${use}`],
    ["required.cts", `import cumulet = require("cumulet"); export const cloud = cumulet.Cloud.start();`],
  ])("resolve in %s", async (name, source) => {
    expect(await compile(name, source)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("find what is wrong", async () => {
    const { code, stdout } = await compile(
      "wrong.mts",
      'import { Cloud } from "cumulet";\nCloud.start({ port: "0" });\n(await Cloud.start()).nonsense();\n',
    );
    expect(stdout).toContain("wrong.mts(2,15): error TS2322");
    expect(stdout).toContain("wrong.mts(3,23): error TS2339");
    expect(code).not.toBe(0);
  });
});

/** The SDK's word on old versions of Node is not ours. */
function withoutWarnings(stderr: string): string {
  return stderr.replace(/\(node:\d+\) Warning: NodeVersionSupportWarning[\s\S]*?was created\)\n/, "");
}
