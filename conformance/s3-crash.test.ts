// Kills in the middle of uploads of every kind. What was acknowledged is there
// and whole, what was not is there whole or not at all, and once all is deleted
// no file is left over. CUMULET_TEST_KILLS=50 makes it fifty.

import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";

const kills = Number(process.env.CUMULET_TEST_KILLS ?? 6);
const Bucket = "crash";
const mebibyte = 1024 * 1024;
/** Kept in the store, in a file, and in a file that takes a while. */
const sizes = [700, 200_000, 6 * mebibyte];
const whole = randomBytes(sizes[2]!);
const digest = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

let cloud: RunningCloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await startCloud();
  s3 = new S3Client({ ...clientOptions(cloud), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  s3?.destroy();
  await cloud?.stop();
});

/** What a key may hold: what was acknowledged last, and what was on its way when the cloud died. */
interface Expected {
  acknowledged: string | undefined;
  underWay: readonly (string | undefined)[];
}

const expected = new Map<string, Expected>();
const uploads = new Map<string, string>();
let acknowledgements = 0;

/** Tells what is about to be written, and remembers whether it was. */
async function writing(Key: string, content: string | undefined, write: () => Promise<unknown>) {
  const known = expected.get(Key) ?? { acknowledged: undefined, underWay: [] };
  expected.set(Key, { ...known, underWay: [...known.underWay, content] });
  await write();
  expected.set(Key, { acknowledged: content, underWay: [] });
  acknowledgements += 1;
}

/** One after the other on its own keys, until the cloud is gone. */
async function writer(name: string, round: number): Promise<void> {
  for (let step = 0; ; step += 1) {
    const Key = `${name}/${step % 3}`;
    const kind = (step + round) % 5;
    // Each its own content, though most of it is shared.
    const size = sizes[step % sizes.length]!;
    const Body = Buffer.concat([Buffer.from(`${name} ${round} ${step} `), whole.subarray(0, size)]);
    if (kind === 3) await writing(Key, undefined, () => s3.send(new DeleteObjectCommand({ Bucket, Key })));
    else if (kind === 4) await inParts(Key, Body);
    else await writing(Key, digest(Body), () => s3.send(new PutObjectCommand({ Bucket, Key, Body })));
  }
}

async function inParts(Key: string, last: Buffer): Promise<void> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  uploads.set(UploadId!, Key);
  const upload = { Bucket, Key, UploadId };
  const bodies = [whole, last];
  const Parts = await Promise.all(
    bodies.map(async (Body, at) => {
      const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber: at + 1, Body }));
      return { PartNumber: at + 1, ETag };
    }),
  );
  const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
  await writing(Key, digest(Buffer.concat(bodies)), () => s3.send(complete));
  uploads.delete(UploadId!);
}

async function contentOf(Key: string): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return digest(await Body!.transformToByteArray());
  } catch (error) {
    if ((error as Error).name !== "NoSuchKey") throw error;
    return undefined;
  }
}

function filesOf(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test("leave every object whole and no file behind", { timeout: 120_000 + kills * 20_000 }, async () => {
  for (let round = 0; round < kills; round += 1) {
    const writers = ["a", "b", "c", "d"].map((name) => writer(name, round).catch(() => undefined));
    const enough = acknowledgements + 3 + Math.floor(Math.random() * 12);
    await eventually(async () => acknowledgements >= enough);
    await cloud.kill();
    await Promise.all(writers);
    await cloud.restart();
    for (const [key, { acknowledged, underWay }] of expected) {
      const found = await contentOf(key);
      expect([acknowledged, ...underWay], key).toContain(found);
      expected.set(key, { acknowledged: found, underWay: [] });
    }
    const listed: string[] = [];
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      listed.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    }
    const there = [...expected].filter(([, { acknowledged }]) => acknowledged !== undefined);
    expect(listed).toEqual(there.map(([key]) => key).sort());
  }
  const blobs = join(cloud.dataDirectory, "blobs");
  await writing("last", undefined, () => s3.send(new PutObjectCommand({ Bucket, Key: "last", Body: whole })));
  expect(filesOf(blobs).length).toBeGreaterThan(0);
  for (const [Key] of expected) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  for (const [UploadId, Key] of uploads) {
    // One that was completed, or already gone, as the cloud died is none any more.
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch((error: Error) => {
      if (error.name !== "NoSuchUpload") throw error;
    });
  }
  // Those who read may come to their end, and those who write to the mention of what they wrote.
  await fetch(`${cloud.endpoint}/_cumulet/clock`, { method: "POST", body: '{"advance":"20m"}' });
  await eventually(async () => filesOf(blobs).length === 0);
});
