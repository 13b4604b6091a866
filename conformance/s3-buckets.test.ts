// Buckets as Terraform makes them, with their companions: what is applied is
// what is found, and all of it goes again.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";
import { prepareTerraform } from "./support/terraform.ts";

const folder = mkdtempSync(join(tmpdir(), "cumulet-buckets-"));
cpSync(join(import.meta.dirname, "s3-buckets/main.tf"), join(folder, "main.tf"));
const variables = await prepareTerraform(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(variables === undefined)("Terraform", { timeout: 240_000 }, () => {
  let cloud: RunningCloud;
  let s3: S3Client;
  const settings = () => ({ cwd: folder, env: { ...cloud.env, ...variables } });

  beforeAll(async () => {
    cloud = await startCloud();
    s3 = new S3Client({ ...clientOptions(cloud), forcePathStyle: true });
    const sqs = new SQSClient(clientOptions(cloud));
    // A destination that does not let S3 send is refused.
    const policy = {
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "s3.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: "*",
        },
      ],
    };
    const Attributes = { Policy: JSON.stringify(policy) };
    await sqs.send(new CreateQueueCommand({ QueueName: "conformance-s3-events", Attributes }));
    sqs.destroy();
  });
  afterAll(async () => {
    s3?.destroy();
    await cloud?.stop();
  });

  test("applies buckets with all their settings, and finds nothing more to do", async () => {
    await must("terraform", ["apply", "-auto-approve", "-input=false", "-no-color"], settings());
    const plan = await run("terraform", ["plan", "-detailed-exitcode", "-no-color"], settings());
    expect(plan.stdout).toContain("No changes");
  });

  test("what was set has its effect", async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "conformance-site", Key: "index.html" }));
    expect(await Body!.transformToString()).toBe("<h1>It stands.</h1>");
    const page = await fetch(`${cloud.endpoint}/_s3-website/conformance-site/`);
    expect(await page.text()).toBe("<h1>It stands.</h1>");
    const abroad = new S3Client({ ...clientOptions(cloud), region: "eu-west-1", forcePathStyle: true });
    const replica = await eventually(async () => {
      const { Contents } = await abroad.send(new ListObjectsV2Command({ Bucket: "conformance-replica" }));
      return Contents?.[0];
    });
    expect(replica).toMatchObject({ Key: "index.html", StorageClass: "STANDARD_IA" });
    abroad.destroy();
  });

  test("destroys it all", async () => {
    await must("terraform", ["destroy", "-auto-approve", "-refresh=false", "-no-color"], settings());
  });
});
