// The command `cumulet` as a person meets it: help, wrong use, and every
// command that talks to a cloud. Starting and stopping one is in up.test.ts.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateQueueCommand, GetQueueUrlCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { begin, cumulet, plainEnvironment, program } from "./support/program.ts";
import { clientOptions } from "./support/sdk.ts";

const nowhere = "http://localhost:1";
const empty = mkdtempSync(join(tmpdir(), "cumulet-empty-"));
let cloud: RunningCloud;
let sqs: SQSClient;
const here = (): string[] => ["--endpoint", cloud.endpoint];

beforeAll(async () => {
  cloud = await startCloud();
  sqs = new SQSClient(clientOptions(cloud));
});
afterAll(async () => {
  sqs?.destroy();
  await cloud?.stop();
  rmSync(empty, { recursive: true, force: true });
});

/** One clear line on stderr, no stack, nothing on stdout. */
function expectOneLine({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): void {
  expect(stderr).toMatch(/^cumulet: [^\n]{10,}\n$/);
  expect(stdout).toBe("");
}

describe("help", () => {
  test.each([
    [["--help"], ["up", "env", "status", "reset", "clock", "logs", "help"]],
    [
      ["up", "--help"],
      [
        "--port",
        "--host",
        "--data-dir",
        "--store",
        "--blobs",
        "--ephemeral",
        "--durability",
        "--allow-origin",
        "--serve-host",
      ],
    ],
    [
      ["help", "up"],
      ["CUMULET_ROOT_ACCESS_KEY_ID", "Examples:"],
    ],
    [
      ["env", "--help"],
      ["--endpoint", 'eval "$(cumulet env)"'],
    ],
    [
      ["status", "--help"],
      ["--endpoint", "--json"],
    ],
    [
      ["reset", "--help"],
      ["--endpoint", "--yes"],
    ],
    [
      ["clock", "--help"],
      ["show", "advance", "freeze", "resume", "reset"],
    ],
    [
      ["clock", "advance", "--help"],
      ["<duration>", "--endpoint"],
    ],
    [
      ["logs", "--help"],
      ["--data-dir", "--lines", "--follow", "--errors", "--json"],
    ],
  ])("%j tells what there is and ends with 0", async (parameters, parts) => {
    const { code, stdout, stderr } = await cumulet(parameters);
    for (const part of parts) expect(stdout).toContain(part);
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  test("without a command goes to stderr and ends with 2", async () => {
    const { code, stdout, stderr } = await cumulet([]);
    expect(stderr).toContain("Usage: cumulet");
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  test("--version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
    expect(await cumulet(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });
});

describe("wrong use ends with 2 and one line", () => {
  test.each([
    [["nonsense"], "unknown command 'nonsense'"],
    [["statsu"], "Did you mean status?"],
    [["up", "--nope"], "unknown option '--nope'"],
    [["up", "extra"], "too many arguments"],
    [["up", "--port", "99999"], "A port is a number from 0 to 65535."],
    [["up", "--port", "http"], "A port is a number from 0 to 65535."],
    [["up", "--port"], "argument missing"],
    [["up", "--durability", "some"], "Allowed choices are process, disk."],
    [["clock", "advance"], "missing required argument 'duration'"],
    [["clock", "nonsense"], "too many arguments"],
    [["logs", "--lines", "-3"], "Not a whole number."],
  ])("%j", async (parameters, part) => {
    const finished = await cumulet(parameters);
    expectOneLine(finished);
    expect(finished.stderr).toContain(part);
    expect(finished.code).toBe(2);
  });
});

describe("what cannot be done ends with 1 and one line", () => {
  test.each([
    [["status", "-e", nowhere], `No cloud answers at ${nowhere}. Start one with: cumulet up`],
    [["status", "--json", "-e", nowhere], "No cloud answers"],
    [["clock", "-e", nowhere], "No cloud answers"],
    [["clock", "freeze", "-e", nowhere], "No cloud answers"],
    [["reset", "--yes", "-e", nowhere], "No cloud answers"],
    [["status", "-e", "nonsense"], "Not an address: nonsense."],
    [["env", "-e", "nonsense"], "Not an address: nonsense."],
    [["env", "-e", "ftp://localhost"], "Not an address: ftp://localhost."],
    [["logs", "-d", empty], "There is no log at"],
    [["up", "--port", "0", "--host", "0.0.0.0", "-d", empty], "needs a root secret"],
  ])("%j", async (parameters, part) => {
    const finished = await cumulet(parameters);
    expectOneLine(finished);
    expect(finished.stderr).toContain(part);
    expect(finished.code).toBe(1);
  });

  test("an address where something else answers", async () => {
    const other = createServer((_, response) => response.end("<h1>It works!</h1>"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const finished = await cumulet(["status", "-e", address]);
    other.close();
    expectOneLine(finished);
    expect(finished.stderr).toContain(`What answers at ${address} is no Cumulet`);
    expect(finished.code).toBe(1);
  });

  test("a duration that is none", async () => {
    const finished = await cumulet(["clock", "advance", "soon", ...here()]);
    expectOneLine(finished);
    expect(finished.stderr).toContain("Not a duration");
    expect(finished.code).toBe(1);
  });
});

describe("env", () => {
  test("prints exports that a shell can evaluate", () => {
    const command = `eval "$("${process.execPath}" "${program}" env ${here().join(" ")})"; env`;
    const { stdout } = spawnSync("sh", ["-c", command], { encoding: "utf8", env: plainEnvironment() });
    expect(stdout).toContain(`AWS_ENDPOINT_URL=${cloud.endpoint}\n`);
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"]) {
      expect(stdout).toContain(`${name}=`);
    }
  });

  test("quotes what a shell would run", () => {
    const command = `eval "$("${process.execPath}" "${program}" env -e 'http://localhost:1/$(echo hacked)')"; env`;
    const { stdout } = spawnSync("sh", ["-c", command], { encoding: "utf8", env: plainEnvironment() });
    expect(stdout).toContain("AWS_ENDPOINT_URL=http://localhost:1/$(echo%20hacked)\n");
  });
});

describe("status", () => {
  test("says that it is ready, its version, time and services", async () => {
    const { code, stdout } = await cumulet(["status", ...here()]);
    expect(stdout).toMatch(/^ready {2}Cumulet \d+\.\d+\.\d+ at http/);
    expect(stdout).toMatch(/^clock +\d{4}-\d\d-\d\dT/m);
    expect(stdout).toMatch(/^services .*\bsqs\b/m);
    expect(code).toBe(0);
  });

  test("--json is the health route's answer", async () => {
    const { stdout } = await cumulet(["status", "--json", ...here()]);
    expect(JSON.parse(stdout)).toMatchObject({ status: "ready", clock: { frozen: false } });
  });
});

describe("clock", () => {
  const time = async (...parameters: string[]): Promise<{ at: number; stopped: boolean }> => {
    const { code, stdout, stderr } = await cumulet(["clock", ...parameters, ...here()]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return { at: Date.parse(stdout.trim().split(" ")[0]!), stopped: stdout.includes("(stopped)") };
  };

  test("freezes, advances, resumes and goes back", async () => {
    const frozen = await time("freeze");
    expect(frozen.stopped).toBe(true);
    expect(await time()).toEqual(frozen);
    expect(await time("advance", "1h30m")).toEqual({ at: frozen.at + 5_400_000, stopped: true });
    expect(await time("show")).toEqual({ at: frozen.at + 5_400_000, stopped: true });
    const running = await time("resume");
    expect(running.stopped).toBe(false);
    expect(running.at).toBeGreaterThanOrEqual(frozen.at + 5_400_000);
    const back = await time("reset");
    expect(Math.abs(back.at - Date.now())).toBeLessThan(60_000);
  });

  test.each(["", "{", "[]", '{"freeze":"yes"}', '{"reset":false}', '{"advance":{}}', '{"warp":9}'])(
    "the route refuses %s and moves nothing",
    async (body) => {
      const response = await fetch(`${cloud.endpoint}/_cumulet/clock`, { method: "POST", body });
      expect(response.status).toBe(400);
      expect((await time()).stopped).toBe(false);
    },
  );
});

describe("reset", () => {
  test("asks first, and without a terminal to ask removes nothing", async () => {
    await sqs.send(new CreateQueueCommand({ QueueName: "kept" }));
    const finished = await cumulet(["reset", ...here()]);
    expectOneLine(finished);
    expect(finished).toMatchObject({ code: 1, stderr: expect.stringContaining("--yes") });
    await sqs.send(new GetQueueUrlCommand({ QueueName: "kept" }));
  });

  test("--yes empties the cloud, which goes on", async () => {
    const finished = await cumulet(["reset", "--yes", ...here()]);
    expect(finished).toMatchObject({ code: 0, stdout: "The cloud is empty.\n" });
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
    await sqs.send(new CreateQueueCommand({ QueueName: "after" }));
  });
});

describe("logs", () => {
  const logs = (...parameters: string[]) => cumulet(["logs", "-d", cloud.dataDirectory, ...parameters]);
  const failing = (QueueName: string): Promise<unknown> =>
    sqs.send(new GetQueueUrlCommand({ QueueName })).catch(() => undefined);

  test("show one line per operation, failures by their code", async () => {
    // Lines are written some moments after the call; following is how one waits for them.
    const following = begin(["logs", "-d", cloud.dataDirectory, "--follow"]);
    await failing("absent");
    await following.said(/sqs\.GetQueueUrl QueueDoesNotExist [\d.]+ ms/);
    following.child.kill("SIGINT");
    await following.ended;
    const { code, stdout } = await logs();
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} sqs\.CreateQueue ok [\d.]+ ms$/m);
    expect(stdout).toMatch(/sqs\.GetQueueUrl QueueDoesNotExist/);
    expect(stdout).toMatch(/control .*_cumulet\/reset/);
    expect(code).toBe(0);
    expect((await logs("-n", "1")).stdout.split("\n")).toHaveLength(2);
  });

  test("--errors leaves out what succeeded, --json keeps lines as they are stored", async () => {
    const { stdout } = await logs("--errors", "--json");
    const entries = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.filter((entry) => entry.outcome === "ok")).toEqual([]);
    expect(entries).toContainEqual(
      expect.objectContaining({ service: "sqs", operation: "GetQueueUrl", account: "000000000000" }),
    );
  });

  test("--follow --errors --json prints a failure when it comes, until Ctrl-C", async () => {
    const following = begin(["logs", "-d", cloud.dataDirectory, "-n", "0", "--follow", "--errors", "--json"]);
    await sqs.send(new ListQueuesCommand({}));
    const [line] = await Promise.all([
      following.said(/^\{.*NonExistent|^\{.*DoesNotExist.*\n/m),
      failing("later"),
    ]);
    expect(JSON.parse(line[0])).toMatchObject({ operation: "GetQueueUrl" });
    expect(following.output).not.toContain("ListQueues");
    following.child.kill("SIGINT");
    expect(await following.ended).toBe("SIGINT");
  });

  test("may be read by a program that has read enough", () => {
    const command = `"${process.execPath}" "${program}" logs -d "${cloud.dataDirectory}" -n 1000 | head -1`;
    const { stdout, stderr } = spawnSync("sh", ["-c", command], {
      encoding: "utf8",
      env: plainEnvironment(),
    });
    expect(stdout.split("\n")).toHaveLength(2);
    expect(stderr).toBe("");
  });
});

/** Runs `cumulet status` on a terminal of its own. */
function onTerminal(environment: Record<string, string>): string {
  const script = "import pty, sys; pty.spawn(sys.argv[1:])";
  const { stdout } = spawnSync("python3", ["-c", script, process.execPath, program, "status", ...here()], {
    encoding: "utf8",
    env: { ...plainEnvironment(), TERM: "xterm", ...environment },
  });
  return stdout;
}

describe.skipIf(!available("python3"))("colours", () => {
  test("are for terminals, unless NO_COLOR is set or the terminal has none", () => {
    const green = "\u001b[32mready\u001b[0m";
    expect(onTerminal({ NO_COLOR: "" })).toContain(green);
    for (const environment of [{ NO_COLOR: "1" }, { NO_COLOR: "", TERM: "dumb" }]) {
      const plain = onTerminal(environment);
      expect(plain).toContain("ready  Cumulet");
      expect(plain).not.toContain("\u001b[");
    }
  });
});
