// CloudFormation and Cloud Control as Terraform declares them. The provider looks
// at stacks every ten seconds, so that each step takes about that.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { prepareTerraform } from "./support/terraform.ts";

const folder = mkdtempSync(join(tmpdir(), "cumulet-stacks-terraform-"));
cpSync(join(import.meta.dirname, "stacks"), folder, { recursive: true });
const terraformVariables = await prepareTerraform(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(terraformVariables === undefined)("Terraform's stacks", { timeout: 180_000 }, () => {
  let cloud: RunningCloud;
  const options = () => ({ cwd: folder, env: { ...cloud.env, ...terraformVariables } });
  const terraform = (...parameters: string[]) => must("terraform", [...parameters, "-no-color"], options());

  beforeAll(async () => {
    cloud = await startCloud();
  });
  afterAll(() => cloud?.stop());

  test("are created as declared, and a second plan is empty", async () => {
    await terraform("apply", "-auto-approve", "-input=false", "-parallelism=30");
    const facts = JSON.parse(await terraform("output", "-json", "facts"));
    expect(facts.url).toMatch(/\/000000000000\/terraformed-Queue-\w{12}$/);
    expect(facts).toEqual({
      url: facts.url,
      read: facts.url,
      exported: facts.url,
      type: "FULLY_MUTABLE",
      group: 7,
    });
    const plan = await run("terraform", ["plan", "-detailed-exitcode", "-no-color"], options());
    expect(plan.stdout).toContain("No changes");
    expect(plan.code).toBe(0);
  });

  test("are destroyed", async () => {
    await terraform("destroy", "-auto-approve", "-input=false", "-refresh=false", "-parallelism=30");
    expect(await terraform("state", "list")).toBe("");
  });
});
