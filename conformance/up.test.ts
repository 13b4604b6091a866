// `cumulet up`: what it says, what it refuses without harming anything, and how
// it ends.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { begin, cumulet, type Program, plainEnvironment, program } from "./support/program.ts";
import { clientOptions } from "./support/sdk.ts";

const scratch = mkdtempSync(join(tmpdir(), "cumulet-up-"));
const folder = (name: string): string => join(scratch, name);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function refused(
  parameters: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> {
  const { code, stdout, stderr } = await cumulet(["up", "--port", "0", ...parameters], { env: environment });
  expect(stderr).toMatch(/^cumulet: [^\n]{10,}\n$/);
  expect(stdout).toBe("");
  expect(code).toBe(1);
  return stderr;
}

describe("a cloud that runs", () => {
  let cloud: RunningCloud;
  beforeAll(async () => {
    cloud = await startCloud();
    const sqs = new SQSClient(clientOptions(cloud));
    await sqs.send(new CreateQueueCommand({ QueueName: "mine" }));
    sqs.destroy();
  });
  afterAll(() => cloud?.stop());

  /** It still has what it had, and this is what its directory holds. */
  async function unharmed(): Promise<void> {
    const sqs = new SQSClient(clientOptions(cloud));
    await sqs.send(new GetQueueUrlCommand({ QueueName: "mine" }));
    sqs.destroy();
    expect(cloud.program.child.exitCode).toBe(null);
  }

  test("says where it listens, where its data is and what to type next", () => {
    const { output } = cloud.program;
    expect(output).toContain(`listens on ${cloud.endpoint}`);
    expect(output).toContain(`(data: ${cloud.dataDirectory})`);
    const next = /^Next: (eval "\$\((\S+) env --endpoint \S+\)") .*Ctrl-C stops\.$/m.exec(output);
    expect(next).not.toBe(null);
    const { stdout } = spawnSync("sh", ["-c", `${next![1]}; echo $AWS_ENDPOINT_URL`], {
      encoding: "utf8",
      env: plainEnvironment(),
    });
    expect(stdout).toBe(`${cloud.endpoint}\n`);
  });

  test("keeps its port from another", async () => {
    const text = await refused(["--port", String(cloud.port), "--data-dir", folder("second")]);
    expect(text).toContain(`Port ${cloud.port} is in use.`);
    await unharmed();
    // The directory was given back.
    const second = begin(["up", "--port", "0", "--data-dir", folder("second")]);
    await second.said(/listens on/);
    second.child.kill("SIGTERM");
    expect(await second.ended).toBe(0);
  });

  test("keeps its data directory from another, which names it", async () => {
    const before = readdirSync(cloud.dataDirectory).sort();
    const text = await refused(["--data-dir", cloud.dataDirectory]);
    expect(text).toContain(cloud.dataDirectory);
    expect(text).toContain(`in use by process ${cloud.program.child.pid}.`);
    expect(readdirSync(cloud.dataDirectory).sort()).toEqual(before);
    await unharmed();
  });

  test("has its data after kill -9, and another may have it then", async () => {
    await cloud.kill();
    await cloud.restart();
    await unharmed();
  });
});

describe("a data directory that is not for us is left as it is", () => {
  const text = (path: string): string => readFileSync(path, "utf8");

  test("written by a newer version", async () => {
    const path = folder("newer");
    mkdirSync(path);
    writeFileSync(join(path, "format"), "cumulet 99\n");
    writeFileSync(join(path, "store.mdb"), "from the future");
    expect(await refused(["--data-dir", path])).toMatch(/format 99.*use a newer version/);
    expect(readdirSync(path).sort()).toEqual(["format", "store.mdb"]);
    expect(text(join(path, "store.mdb"))).toBe("from the future");
  });

  test("another program's", async () => {
    const path = folder("foreign");
    mkdirSync(path);
    writeFileSync(join(path, "store.mdb"), "not a database, but somebody's");
    await refused(["--data-dir", path]);
    expect(text(join(path, "store.mdb"))).toBe("not a database, but somebody's");
  });

  test("a file", async () => {
    const path = folder("file");
    writeFileSync(path, "content");
    expect(await refused(["--data-dir", path])).toContain("is a file, or lies below one");
    expect(await refused(["--data-dir", join(path, "below")])).toContain("is a file, or lies below one");
    expect(text(path)).toBe("content");
  });

  // Root may write anywhere: only as somebody else can it be seen.
  const uid = process.getuid?.() === 0 ? 65534 : process.getuid?.();
  const runs = spawnSync(process.execPath, [program, "--version"], { uid }).status === 0;
  test.skipIf(!runs)("not writable", async () => {
    const path = folder("readonly");
    mkdirSync(path, { mode: 0o555 });
    spawnSync("chmod", ["755", scratch]);
    for (const directory of [path, join(path, "below")]) {
      const { code, stderr } = await cumulet(["up", "--port", "0", "--data-dir", directory], {
        ...(uid === undefined ? {} : { uid }),
      });
      expect(stderr).toMatch(
        /^cumulet: The data directory \S+ cannot be written \(EACCES\)\. Choose another\.\n$/,
      );
      expect(code).toBe(1);
    }
  });
});

describe("beyond loopback", () => {
  const key = {
    CUMULET_ROOT_ACCESS_KEY_ID: "AKIAROOTROOTROOTROOT",
    CUMULET_ROOT_SECRET_ACCESS_KEY: "secret",
  };

  test.each(["0.0.0.0", "::", "192.0.2.1", "127.attacker.example"])(
    "%s is refused without a root key",
    async (host) => {
      expect(await refused(["--host", host, "--data-dir", folder("never")])).toContain("needs a root secret");
    },
  );

  test("half a root key is refused, and so is an address of another machine", async () => {
    const half = { CUMULET_ROOT_ACCESS_KEY_ID: "AKIAROOTROOTROOTROOT" };
    expect(await refused(["--data-dir", folder("half")], half)).toContain("set both");
    const parameters = ["--host", "192.0.2.1", "--data-dir", folder("other")];
    expect(await refused(parameters, key)).toContain("192.0.2.1 is not an address of this machine.");
  });

  test("the root key is accepted, every other key and signature is refused", async () => {
    const cloud = await startCloud(["--host", "0.0.0.0"], key);
    const list = async (accessKeyId: string, secretAccessKey: string): Promise<unknown> => {
      const sqs = new SQSClient(clientOptions(cloud, accessKeyId, secretAccessKey));
      return sqs.send(new ListQueuesCommand({})).finally(() => sqs.destroy());
    };
    try {
      await list("AKIAROOTROOTROOTROOT", "secret");
      await expect(list("AKIAROOTROOTROOTROOT", "wrong")).rejects.toMatchObject({
        name: "InvalidSignatureException",
      });
      for (const unknown of ["test", "123456789012", "AKIAUNKNOWNUNKNOWN00"]) {
        await expect(list(unknown, "secret")).rejects.toMatchObject({ name: "UnrecognizedClientException" });
      }
    } finally {
      await cloud.stop();
    }
  });
});

describe("ending", () => {
  async function running(name: string): Promise<{ cloud: Program; sqs: SQSClient; port: number }> {
    const cloud = begin(["up", "--port", "0", "--data-dir", folder(name)]);
    const port = Number((await cloud.said(/listens on http:\/\/localhost:(\d+)/))[1]);
    return { cloud, port, sqs: new SQSClient(clientOptions({ endpoint: `http://localhost:${port}` })) };
  }

  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s answers the long polls that wait, then ends with 0",
    async (signal) => {
      const { cloud, sqs } = await running(`poll-${signal}`);
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
      const poll = (): Promise<unknown> =>
        sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
      const polls = [poll(), poll(), poll()];
      // They are waiting when a later call has been answered: one connection each, served in turn.
      await sqs.send(new ListQueuesCommand({}));
      const began = performance.now();
      cloud.child.kill(signal);
      expect(await cloud.ended).toBe(0);
      expect(performance.now() - began).toBeLessThan(2000);
      for (const answer of await Promise.all(polls)) expect(answer).not.toHaveProperty("Messages");
      expect(cloud.output).not.toMatch(/rror/);
      sqs.destroy();
    },
  );

  test("a second Ctrl-C ends it at once", async () => {
    const { cloud, port, sqs } = await running("twice");
    const upload = connect(port, "127.0.0.1");
    upload.on("error", () => undefined);
    upload.write(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nX-Amz-Target: AmazonSQS.ListQueues\r\n\r\n",
    );
    await sqs.send(new ListQueuesCommand({}));
    sqs.destroy();
    cloud.child.kill("SIGINT");
    // The first has been heard when nobody is let in any more.
    for (let refusedYet = false; !refusedYet; ) {
      refusedYet = await fetch(`http://127.0.0.1:${port}/_cumulet/health`).then(
        () => false,
        () => true,
      );
    }
    expect(cloud.child.exitCode).toBe(null);
    cloud.child.kill("SIGINT");
    expect(await cloud.ended).toBe(130);
    expect(cloud.output).toContain("Stopped at once");
    upload.destroy();
  });

  test("--ephemeral leaves nothing behind", async () => {
    const cwd = folder("ephemeral");
    mkdirSync(cwd);
    const temporary = folder("temporary");
    mkdirSync(temporary);
    const cloud = begin(["up", "--port", "0", "--ephemeral"], { cwd, env: { TMPDIR: temporary } });
    await cloud.said(/\(data: memory only: nothing is kept\)/);
    cloud.child.kill("SIGINT");
    expect(await cloud.ended).toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
