// The approval workflow of the examples, applied by Terraform and decided
// through the AWS CLI.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, eventually, must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { prepareTerraform } from "./support/terraform.ts";

const folder = mkdtempSync(join(tmpdir(), "cumulet-workflows-"));
cpSync(join(import.meta.dirname, "../examples/workflows"), folder, { recursive: true });
const terraformVariables = available("aws") ? await prepareTerraform(folder) : undefined;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(terraformVariables === undefined)("the approval workflow", { timeout: 120_000 }, () => {
  let cloud: RunningCloud;
  let outputs: Record<string, { value: string }>;
  const options = () => ({ cwd: folder, env: { ...cloud.env, ...terraformVariables } });
  const terraform = (...parameters: string[]) => must("terraform", [...parameters, "-no-color"], options());
  const aws = async (...parameters: string[]) => {
    const text = await must("aws", ["--endpoint-url", cloud.endpoint, "--output", "json", ...parameters], {
      env: cloud.env,
    });
    return text.trim() === "" ? {} : JSON.parse(text);
  };

  beforeAll(async () => {
    cloud = await startCloud();
  });
  afterAll(() => cloud?.stop());

  test("is applied, and a second plan is empty", async () => {
    await terraform("apply", "-auto-approve", "-input=false");
    outputs = JSON.parse(await terraform("output", "-json"));
    const plan = await run("terraform", ["plan", "-detailed-exitcode", "-no-color"], options());
    expect(plan.stdout).toContain("No changes");
    expect(plan.code).toBe(0);
  });

  test("goes on when somebody has decided by the token", async () => {
    const machine = outputs.state_machine_arn!.value;
    const { executionArn } = await aws(
      ...["stepfunctions", "start-execution", "--state-machine-arn", machine],
      ...["--input", '{"id":"e-1","amount":250}'],
    );
    const message = await eventually(async () => {
      const { Messages } = await aws("sqs", "receive-message", "--queue-url", outputs.queue_url!.value);
      return Messages?.[0] as { Body: string } | undefined;
    });
    const { token } = JSON.parse(message.Body);
    await aws("stepfunctions", "send-task-success", "--task-token", token, "--task-output", '{"by":"ann"}');
    const output = await eventually(async () => {
      const found = await aws("stepfunctions", "describe-execution", "--execution-arn", executionArn);
      return found.output as string | undefined;
    });
    expect(JSON.parse(output)).toEqual({ id: "e-1", state: "approved", by: "ann" });
  });

  test("is destroyed without leftovers", async () => {
    await terraform("destroy", "-auto-approve", "-input=false");
    const { stateMachines } = await aws("stepfunctions", "list-state-machines");
    expect(stateMachines).toEqual([]);
  });
});
