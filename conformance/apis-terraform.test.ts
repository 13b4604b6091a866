// APIs as Terraform declares them: REST APIs with all that belongs to them,
// called once they stand.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { prepareTerraform } from "./support/terraform.ts";
import { zip } from "./support/zip.ts";

const folder = mkdtempSync(join(tmpdir(), "cumulet-apis-"));
cpSync(join(import.meta.dirname, "apis"), folder, { recursive: true });
const terraformVariables = await prepareTerraform(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(terraformVariables === undefined)("Terraform's APIs", { timeout: 180_000 }, () => {
  let cloud: RunningCloud;
  const options = () => ({ cwd: folder, env: { ...cloud.env, ...terraformVariables } });
  const terraform = (...parameters: string[]) => must("terraform", [...parameters, "-no-color"], options());
  const factsOf = async (module: string) => JSON.parse(await terraform("output", "-json", module));

  beforeAll(async () => {
    cloud = await startCloud();
    const code = await zip({ "index.js": "exports.handler = async () => ({ statusCode: 200 });" });
    writeFileSync(join(folder, "function.zip"), code);
  });
  afterAll(() => cloud?.stop());

  test("are created as declared, and a second plan is empty", async () => {
    await terraform("apply", "-auto-approve", "-input=false", "-parallelism=30");
    const plan = await run("terraform", ["plan", "-detailed-exitcode", "-no-color"], options());
    expect(plan.stdout).toContain("No changes");
    expect(plan.code).toBe(0);
  });

  test("a REST API answers by its mapping template", async () => {
    const { api } = await factsOf("rest");
    const response = await fetch(`${cloud.endpoint}/_execute-api/${api}/prod/orders/7`);
    expect([response.status, response.headers.get("x-shop")]).toEqual([200, "open"]);
    expect(await response.json()).toEqual({ order: "7", table: "orders" });
  });

  test("are destroyed", async () => {
    await terraform("destroy", "-auto-approve", "-input=false", "-refresh=false", "-parallelism=30");
    expect(await terraform("state", "list")).toBe("");
  });
});
