// A cluster's blobs in S3-compatible storage, which here is another Cumulet.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blobConformance, content, read, streamed } from "../src/store/blobs/conformance.ts";
import { openS3Blobs, s3Place } from "../src/store/blobs/s3.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";

let storage: RunningCloud;
let directory: string;
let count = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "cumulet-s3-blobs-"));
  process.env["AWS_ACCESS_KEY_ID"] ??= "test";
  process.env["AWS_SECRET_ACCESS_KEY"] ??= "test";
  storage = await startCloud();
  const s3 = new S3Client({ ...clientOptions(storage), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "blobs" }));
  s3.destroy();
});
afterAll(async () => {
  await storage.stop();
  rmSync(directory, { recursive: true, force: true });
});

const open = () => {
  const name = String(count++);
  return openS3Blobs(s3Place(`s3://blobs/cloud/${name}?endpoint=${storage.endpoint}`), join(directory, name));
};

describe("blobs in S3", () => {
  blobConformance(open);

  test("a stream larger than one part comes back as it was", async () => {
    const bytes = content(20_000_000);
    const blobs = open();
    const { id, size } = await blobs.put(streamed(bytes, 300_000));
    expect(size).toBe(bytes.length);
    expect((await read(await blobs.get(id))).equals(bytes)).toBe(true);
  });

  test.each([
    ["s3://one", { bucket: "one", prefix: "", endpoint: undefined, region: "us-east-1" }],
    [
      "s3://one/two/three/?endpoint=http://host:1&region=eu-west-1",
      { bucket: "one", prefix: "two/three/", endpoint: "http://host:1", region: "eu-west-1" },
    ],
  ])("%s names a place", (address, place) => {
    expect(s3Place(address)).toEqual(place);
  });
});
