// Conditional writes of many clients: each happens at one moment between its
// call and its answer, whatever is read, put, swapped and deleted beside it.

import { createHash } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";
import { isLinearizable, type Operation } from "./tables/linearizable.ts";

const Bucket = "registers";
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

type Apply = Operation["apply"];
type State = string | undefined;

const etagOf = (body: string) => `"${createHash("md5").update(body).digest("hex")}"`;

/** Small ones are kept in the store, large ones in files. */
function bodyOf(value: string, large: boolean): string {
  return large ? value.padEnd(200_000, ".") : value;
}

async function read(Key: string): Promise<Apply> {
  const found = await s3.send(new GetObjectCommand({ Bucket, Key })).then(
    ({ Body }) => Body!.transformToString(),
    (error: { name: string }) => {
      if (error.name !== "NoSuchKey") throw error;
      return undefined;
    },
  );
  return (state) => (state === found ? { next: state } : undefined);
}

async function put(Key: string, Body: string): Promise<Apply> {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  return () => ({ next: Body });
}

async function remove(Key: string): Promise<Apply> {
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  return () => ({ next: undefined });
}

/** `expected`: what the object must be; undefined where there must be none. */
async function swap(Key: string, expected: State, Body: string): Promise<Apply> {
  const condition = expected === undefined ? { IfNoneMatch: "*" } : { IfMatch: etagOf(expected) };
  const held = await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...condition })).then(
    () => true,
    (error: { name: string }) => {
      if (!["PreconditionFailed", "NoSuchKey"].includes(error.name)) throw error;
      return false;
    },
  );
  return (state) => {
    if ((state === expected) !== held) return undefined;
    return { next: held ? Body : state };
  };
}

test("conditional writes happen one after the other", async () => {
  const histories = new Map<string, Operation[]>();
  let written = 0;
  const client = async () => {
    const last = new Map<string, string>();
    for (let step = 0; step < 30; step += 1) {
      const key = `register-${Math.floor(Math.random() * 4)}`;
      const kind = Math.random();
      const body = bodyOf(`v${written++}`, Math.random() < 0.3);
      const called = performance.now();
      const apply = await (kind < 0.35
        ? read(key)
        : kind < 0.5
          ? put(key, body)
          : kind < 0.6
            ? remove(key)
            : swap(key, last.get(key), body));
      const answered = performance.now();
      last.set(key, body);
      const history = histories.get(key) ?? [];
      history.push({ called, answered, apply });
      histories.set(key, history);
    }
  };
  await Promise.all(Array.from({ length: 6 }, client));
  for (const [key, history] of histories) expect(isLinearizable(history), key).toBe(true);
});
