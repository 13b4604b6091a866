// The AWS CDK as it comes from npm, with the example application: bootstrapped,
// deployed, used, compared, deployed again, destroyed. The CDK is large: it is
// looked for beside the example (`npm install` there) or in the folder that
// CUMULET_TEST_CDK names, and the test is skipped where it is not.

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";

const example = join(import.meta.dirname, "../examples/cdk");
const installed = join(process.env["CUMULET_TEST_CDK"] ?? example, "node_modules");
const found = existsSync(join(installed, ".bin/cdk")) && available("aws");

const patience = 280_000;

describe.skipIf(!found)("the AWS CDK", () => {
  let cloud: RunningCloud;
  let folder: string;
  let env: Readonly<Record<string, string>>;
  /** With an address, the SDK puts a bucket's name into the path. */
  let endpoint: string;

  beforeAll(async () => {
    cloud = await startCloud();
    endpoint = `http://127.0.0.1:${cloud.port}`;
    env = {
      ...cloud.env,
      AWS_ENDPOINT_URL: endpoint,
      CDK_DISABLE_CLI_TELEMETRY: "true",
      CDK_DISABLE_VERSION_CHECK: "1",
    };
    folder = mkdtempSync(join(tmpdir(), "cumulet-cdk-"));
    cpSync(example, folder, { recursive: true, filter: (path) => !/node_modules|cdk\.out/.test(path) });
    symlinkSync(installed, join(folder, "node_modules"));
  }, patience);

  afterAll(async () => {
    await cloud?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  /** What it says, once it has ended well. */
  async function cdk(...parameters: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run(
      join(installed, ".bin/cdk"),
      [...parameters, "--no-notices", "--ci"],
      { env, cwd: folder },
    );
    expect(code, stdout + stderr).toBe(0);
    return stdout + stderr;
  }

  async function names(service: string, operation: string, query: string): Promise<readonly string[]> {
    const { stdout, stderr } = await run(
      "aws",
      [service, operation, "--endpoint-url", endpoint, "--query", query, "--output", "json"],
      {
        env,
      },
    );
    expect(stderr).toBe("");
    return JSON.parse(stdout || "null") ?? [];
  }

  async function until<T>(attempt: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const value = await attempt();
      if (done(value) || Date.now() > deadline) return value;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  const deploy = ["deploy", "--require-approval", "never", "--outputs-file", "outputs.json"];
  const synthesized = ["--app", "cdk.out"];

  test("bootstraps the environment, and again without changes", { timeout: patience }, async () => {
    expect(await cdk("bootstrap")).toContain("bootstrapped.");
    expect(await cdk("bootstrap", ...synthesized)).toContain("bootstrapped (no changes).");
  });

  test("deploys the application, which works", { timeout: patience }, async () => {
    await cdk(...deploy);
    const outputs = JSON.parse(readFileSync(join(folder, "outputs.json"), "utf8"));
    const loans = `${endpoint}/_execute-api/${outputs.LendingDesk.ApiId}/loans`;
    const lent = await fetch(loans, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ book: "Emma", reader: "ann", seconds: 0 }),
    });
    expect(lent.status).toBe(201);
    const list = async () => (await (await fetch(loans)).json()) as readonly { readonly reminders: number }[];
    const reminded = await until(list, ([loan]) => (loan?.reminders ?? 0) > 0);
    expect(reminded).toMatchObject([{ book: "Emma", reader: "ann", reminders: 1 }]);
    expect((await fetch(`${loans}/Emma`, { method: "DELETE" })).status).toBe(200);
    expect(await list()).toEqual([]);
  });

  test("finds no differences, and nothing to deploy", { timeout: patience }, async () => {
    expect(await cdk("diff", ...synthesized)).toContain("There were no differences");
    expect(await cdk(...deploy, ...synthesized)).toContain("LendingDesk (no changes)");
  });

  test("destroys it without leftovers", { timeout: patience }, async () => {
    await cdk("destroy", "--force", ...synthesized);
    const left = await Promise.all([
      names("lambda", "list-functions", "Functions[].FunctionName"),
      names("dynamodb", "list-tables", "TableNames"),
      names("sqs", "list-queues", "QueueUrls"),
      names("stepfunctions", "list-state-machines", "stateMachines[].name"),
      names("scheduler", "list-schedules", "Schedules[].Name"),
      names("apigatewayv2", "get-apis", "Items[].Name"),
      names("logs", "describe-log-groups", "logGroups[].logGroupName"),
      names("iam", "list-roles", "Roles[?!starts_with(RoleName, 'cdk-')].RoleName"),
    ]);
    expect(left.flat()).toEqual([]);
  });
});
