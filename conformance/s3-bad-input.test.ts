// Two hundred and more requests that S3 refuses: each gets AWS's error, nothing
// of it is stored, and the cloud serves on without having had an accident.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { key, secret } from "./bad-input/case.ts";
import { s3Tables } from "./bad-input/s3.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { exchange } from "./support/raw.ts";
import { clientOptions } from "./support/sdk.ts";

let cloud: RunningCloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await startCloud([], { CUMULET_ROOT_ACCESS_KEY_ID: key, CUMULET_ROOT_SECRET_ACCESS_KEY: secret });
  s3 = new S3Client({ ...clientOptions(cloud, key, secret), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "bad" }));
  await s3.send(new PutObjectCommand({ Bucket: "bad", Key: "object", Body: "content" }));
});
afterAll(async () => {
  s3?.destroy();
  await cloud?.stop();
});

test("there are at least two hundred", () => {
  expect(Object.values(s3Tables).flat().length).toBeGreaterThanOrEqual(200);
});

for (const [subject, cases] of Object.entries(s3Tables)) {
  describe(subject, () => {
    test.each(cases)("$name", async ({ bytes, answer }) => {
      const { text, closed } = await exchange(cloud.port, bytes);
      expect(text.slice(0, 2000)).toMatch(answer);
      expect(closed).toBe(true);
      expect(text.match(/^HTTP\/1\.1 /gm)?.length).toBe(1);
      expect(text).not.toMatch(/InternalFailure|node:internal| at .*\.cjs/);
    });
  });
}

test("afterwards only what was right is stored, and the log knows of no accident", async () => {
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "bad" }));
  expect(Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([["object", 7]]);
  cloud.program.child.kill("SIGTERM");
  expect(await cloud.program.ended).toBe(0);
  const lines = readFileSync(join(cloud.dataDirectory, "log/cumulet.log"), "utf8").trim().split("\n");
  const entries = lines.map((line) => JSON.parse(line) as { level: string });
  expect(entries.filter(({ level }) => level === "error")).toEqual([]);
});
