// S3 through clients that nobody here wrote: the AWS CLI's sync, rclone, s3cmd,
// and the SDK's own uploader, presigner, waiters and pages.

import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  SelectObjectContentCommand,
  waitUntilBucketExists,
  waitUntilObjectNotExists,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, must } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";

const fileCount = Number(process.env.CUMULET_TEST_FILES ?? 300);
const mebibyte = 1024 * 1024;

let cloud: RunningCloud;
let s3: S3Client;
let folder: string;
const path = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  cloud = await startCloud();
  s3 = new S3Client({ ...clientOptions(cloud), forcePathStyle: true });
  folder = mkdtempSync(join(tmpdir(), "cumulet-s3-clients-"));
  makeTree(path("tree"), fileCount);
  makeTree(path("few"), 30);
});
afterAll(async () => {
  s3?.destroy();
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Small files in folders, names that need care, an empty one, and one that goes in parts. */
function makeTree(tree: string, count: number): void {
  mkdirSync(join(tree, "sub/deep"), { recursive: true });
  for (let at = 0; at < count; at += 1) {
    const place = ["", "sub", "sub/deep"][at % 3]!;
    writeFileSync(join(tree, place, `file-${at}.txt`), `content ${at}\n`.repeat(at % 50));
  }
  writeFileSync(join(tree, "sub/blank and + & % ünïcödé ☃.txt"), "named with care");
  writeFileSync(join(tree, "sub/.dots..txt"), "dots");
  writeFileSync(join(tree, "large.bin"), randomBytes(12 * mebibyte));
}

/** Every file by its name below the folder. */
function contents(directory: string): ReadonlyMap<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const pairs = files.map((entry) => {
    const file = join(entry.parentPath, entry.name);
    return [relative(directory, file), readFileSync(file, "latin1")] as const;
  });
  return new Map(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** This machine's certificates are none of theirs. */
function environment(): Record<string, string> {
  const { AWS_CA_BUNDLE: _bundle, ...others } = cloud.env as Record<string, string>;
  return others;
}

async function keysOf(Bucket: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 100 }, { Bucket })) {
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
  }
  return keys;
}

describe.skipIf(!available("aws"))("aws s3", () => {
  const aws = (...parameters: string[]) =>
    must("aws", ["--endpoint-url", cloud.endpoint, "s3", ...parameters], { cwd: folder, env: cloud.env });

  test("sync takes a tree there and back, and only what changed", async () => {
    await aws("mb", "s3://synced");
    await aws("sync", "tree", "s3://synced/copy", "--quiet");
    expect(await keysOf("synced")).toHaveLength(fileCount + 3);
    await aws("sync", "s3://synced/copy", "back", "--quiet");
    expect(contents(path("back"))).toEqual(contents(path("tree")));
    writeFileSync(path("back", "file-0.txt"), "changed, and longer than it was");
    rmSync(path("back", "sub/file-1.txt"));
    const there = await aws("sync", "back", "s3://synced/copy", "--delete", "--no-progress");
    expect(there.trim().split("\n").sort()).toEqual([
      "delete: s3://synced/copy/sub/file-1.txt",
      "upload: back/file-0.txt to s3://synced/copy/file-0.txt",
    ]);
  });
});

describe.skipIf(!available("rclone", ["version"]))("rclone", () => {
  const rclone = (...parameters: string[]) =>
    must("rclone", ["--config", path("rclone.conf"), "--retries", "1", ...parameters], {
      cwd: folder,
      env: environment(),
    });

  test("syncs, checks, copies on the server, moves and purges", async () => {
    const settings = ["type = s3", "provider = Other", "env_auth = true", `endpoint = ${cloud.endpoint}`];
    writeFileSync(path("rclone.conf"), ["[cloud]", ...settings, ""].join("\n"));
    await rclone("mkdir", "cloud:cloned");
    const inParts = ["--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M"];
    await rclone("sync", "few", "cloud:cloned/tree", ...inParts);
    await rclone("check", "--download", "few", "cloud:cloned/tree");
    await rclone("copy", "cloud:cloned/tree/sub", "cloud:cloned/again");
    await rclone("moveto", "cloud:cloned/again/file-1.txt", "cloud:cloned/again/moved.txt");
    await rclone("sync", "cloud:cloned/again", "again");
    const expected = new Map(contents(path("few", "sub")));
    expected.set("moved.txt", expected.get("file-1.txt")!);
    expected.delete("file-1.txt");
    expect(new Map(contents(path("again")))).toEqual(expected);
    await rclone("purge", "cloud:cloned");
    expect(await rclone("lsd", "cloud:")).not.toContain("cloned");
  });
});

describe.skipIf(!available("s3cmd"))("s3cmd", () => {
  const s3cmd = (...parameters: string[]) =>
    must("s3cmd", ["--config", path("s3cfg"), "--no-progress", ...parameters], {
      cwd: folder,
      env: environment(),
    });

  test("syncs in parts, copies, signs addresses and deletes", async () => {
    const host = `localhost:${cloud.port}`;
    const settings = [
      "access_key = test",
      "secret_key = test",
      `host_base = ${host}`,
      `host_bucket = ${host}/%(bucket)`,
      "use_https = False",
    ];
    writeFileSync(path("s3cfg"), ["[default]", ...settings, ""].join("\n"));
    await s3cmd("mb", "s3://commanded");
    await s3cmd("sync", "few/", "s3://commanded/tree/", "--multipart-chunk-size-mb=5");
    mkdirSync(path("commanded"));
    await s3cmd("sync", "s3://commanded/tree/", "commanded/");
    expect(contents(path("commanded"))).toEqual(contents(path("few")));
    expect(await s3cmd("info", "s3://commanded/tree/large.bin")).toContain(`File size: ${12 * mebibyte}`);
    await s3cmd("cp", "s3://commanded/tree/large.bin", "s3://commanded/copy.bin");
    const signed = await s3cmd("signurl", "s3://commanded/tree/sub/.dots..txt", "+600");
    expect(await (await fetch(signed.trim())).text()).toBe("dots");
    await s3cmd("del", "--recursive", "--force", "--quiet", "s3://commanded/");
    expect(await keysOf("commanded")).toEqual([]);
    await s3cmd("rb", "s3://commanded");
  });
});

describe("the SDK for JavaScript", () => {
  const Bucket = "scripted.with.dots";
  const large = randomBytes(11 * mebibyte);

  beforeAll(async () => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await waitUntilBucketExists({ client: s3, maxWaitTime: 10 }, { Bucket });
  });

  test("uploads a stream of unknown length in parts, with a checksum of the whole", async () => {
    const chunks = Array.from({ length: 11 }, (_, at) => large.subarray(at * mebibyte, (at + 1) * mebibyte));
    const Body = Readable.from(chunks);
    const params = { Bucket, Key: "streamed", Body, ContentType: "application/x-stream" };
    const upload = new Upload({ client: s3, params, partSize: 5 * mebibyte, queueSize: 3 });
    const done = await upload.done();
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "streamed", ChecksumMode: "ENABLED" }));
    expect(got.ContentType).toBe("application/x-stream");
    expect(Buffer.compare(await got.Body!.transformToByteArray(), large)).toBe(0);
  });

  test("presigns what anyone may then put and get", async () => {
    // Left alone, the SDK signs the checksum of an empty body along.
    const signer = new S3Client({
      ...clientOptions(cloud),
      forcePathStyle: true,
      requestChecksumCalculation: "WHEN_REQUIRED",
    });
    const put = await getSignedUrl(signer, new PutObjectCommand({ Bucket, Key: "signed & more" }), {
      expiresIn: 60,
    });
    signer.destroy();
    expect((await fetch(put, { method: "PUT", body: "by anyone" })).status).toBe(200);
    const get = await getSignedUrl(
      s3,
      new GetObjectCommand({ Bucket, Key: "signed & more", ResponseContentType: "text/csv" }),
    );
    const got = await fetch(get);
    expect([await got.text(), got.headers.get("content-type")]).toEqual(["by anyone", "text/csv"]);
  });

  test("addresses buckets as hosts, dots and all", async () => {
    const lookup: NonNullable<ConstructorParameters<typeof Agent>[0]>["lookup"] = (_host, options, done) =>
      options.all === true ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
    const hosted = new S3Client({
      ...clientOptions(cloud),
      requestHandler: { httpAgent: new Agent({ lookup }) },
    });
    const Key = "a/./b//ü + %.txt";
    await hosted.send(new PutObjectCommand({ Bucket, Key, Body: "hosted" }));
    const { Body } = await hosted.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body!.transformToString()).toBe("hosted");
    hosted.destroy();
    expect(await keysOf(Bucket)).toContain(Key);
  });

  test("knows S3's errors by their classes, and waits until an object is gone", async () => {
    const missing = { Bucket, Key: "missing" };
    await expect(s3.send(new GetObjectCommand(missing))).rejects.toBeInstanceOf(NoSuchKey);
    await expect(s3.send(new HeadObjectCommand(missing))).rejects.toMatchObject({ name: "NotFound" });
    await waitUntilObjectNotExists({ client: s3, maxWaitTime: 10 }, missing);
  });

  test("reads the events of a query", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "rows.csv", Body: "name,age\nann,30\nbob,7\n" }));
    const { Payload } = await s3.send(
      new SelectObjectContentCommand({
        Bucket,
        Key: "rows.csv",
        ExpressionType: "SQL",
        Expression: "SELECT s.name FROM s3object s WHERE CAST(s.age AS INT) > 10",
        InputSerialization: { CSV: { FileHeaderInfo: "USE" } },
        OutputSerialization: { JSON: {} },
      }),
    );
    let records = "";
    const kinds = new Set<string>();
    for await (const event of Payload!) {
      kinds.add(Object.keys(event)[0]!);
      if (event.Records?.Payload !== undefined) records += Buffer.from(event.Records.Payload).toString();
    }
    expect(records).toBe('{"name":"ann"}\n');
    expect([...kinds]).toEqual(["Records", "Stats", "End"]);
  });
});
