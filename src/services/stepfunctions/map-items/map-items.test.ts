import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import s3 from "../../s3/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import type { Json } from "../asl/data/scope.ts";
import { roleArn, serviceContext } from "../integrations/test-aim.ts";
import type { ReaderAim } from "./aim.ts";
import { batchItems, type ChildResult, readItems, type SourcedItem, writeResults } from "./index.ts";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await testCloud([s3]);
  await cloud.call("s3", "CreateBucket", { Bucket: "bucket" });
});
afterEach(() => cloud.stop());

async function put(key: string, content: string | Uint8Array): Promise<void> {
  const bytes = Buffer.from(content);
  async function* body(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  await cloud.call("s3", "PutObject", { Bucket: "bucket", Key: key, Body: body() });
}

async function textOf(key: string): Promise<string> {
  const { Body } = await cloud.call("s3", "GetObject", { Bucket: "bucket", Key: key });
  if (Body instanceof Uint8Array) return Buffer.from(Body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of Body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const read = async (...parameters: Parameters<typeof readSourced>): Promise<readonly Json[]> =>
  (await readSourced(...parameters)).map(({ value }) => value);

const readSourced = (
  key: string,
  config: ReaderAim["config"],
  more: Partial<ReaderAim> = {},
): Promise<readonly SourcedItem[]> =>
  all(
    readItems(
      {
        resource: "arn:aws:states:::s3:getObject",
        parameters: { Bucket: "bucket", Key: key },
        config,
        roleArn,
        ...more,
      },
      serviceContext(cloud),
    ),
  );

it("tells where each item comes from", async () => {
  await put("in/a.json", "[1]");
  await put("in/b.json", "[2]");
  const sources = async (...parameters: Parameters<typeof readSourced>) =>
    (await readSourced(...parameters)).map(({ source }) => source);
  expect(await sources("in/a.json", { InputType: "JSON" })).toEqual(["s3://bucket/in/a.json"]);
  const list = {
    resource: "arn:aws:states:::s3:listObjectsV2",
    parameters: { Bucket: "bucket", Prefix: "in/" },
  };
  expect(await sources("", {}, list)).toEqual(["s3://bucket", "s3://bucket"]);
  expect(await sources("", { InputType: "JSON", Transformation: "LOAD_AND_FLATTEN" }, list)).toEqual([
    "s3://bucket/in/a.json",
    "s3://bucket/in/b.json",
  ]);
});

describe("CSV", () => {
  it("takes its headers from the first row, quotes and all", async () => {
    await put("a.csv", '\uFEFFid,name\n1,"Ann, ""A"""\n\n2,Bob\r\n');
    expect(await read("a.csv", { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" })).toEqual([
      { id: "1", name: 'Ann, "A"' },
      { id: "2", name: "Bob" },
    ]);
  });

  it("takes given headers and other delimiters, filling up what is missing", async () => {
    await put("a.csv", "1|x\n2|y|more\n3\n");
    const config = {
      InputType: "CSV",
      CSVHeaderLocation: "GIVEN",
      CSVHeaders: ["a", "b"],
      CSVDelimiter: "PIPE",
    } as const;
    expect(await read("a.csv", config)).toEqual([
      { a: "1", b: "x" },
      { a: "2", b: "y" },
      { a: "3", b: "" },
    ]);
  });

  it("ends at MaxItems", async () => {
    await put("a.csv", `n\n${Array.from({ length: 1000 }, (_, at) => at).join("\n")}`);
    expect(await read("a.csv", { InputType: "CSV" }, { maxItems: 3 })).toEqual([
      { n: "0" },
      { n: "1" },
      { n: "2" },
    ]);
  });

  it("that is broken fails as States.ItemReaderFailed", async () => {
    await put("a.csv", 'a\n"x');
    await expect(read("a.csv", { InputType: "CSV" })).rejects.toMatchObject({
      error: "States.ItemReaderFailed",
    });
  });
});

describe("JSON", () => {
  it("is a list, or an object of keys and values", async () => {
    await put("a.json", "[1,{}]");
    expect(await read("a.json", { InputType: "JSON" })).toEqual([1, {}]);
    await put("b.json", '{"x":{"a/b":{"k":1}},"list":[[1,2]]}');
    expect(await read("b.json", { InputType: "JSON", ItemsPointer: "/x/a~1b" })).toEqual([
      { Key: "k", Value: 1 },
    ]);
    expect(await read("b.json", { InputType: "JSON", ItemsPointer: "/list/0" })).toEqual([1, 2]);
  });

  it("of other kinds fails as States.ItemReaderFailed", async () => {
    await put("a.json", "7");
    await expect(read("a.json", { InputType: "JSON" })).rejects.toMatchObject({
      error: "States.ItemReaderFailed",
      cause: "Attempting to map over non-iterable node.",
    });
    await put("b.json", "{");
    await expect(read("b.json", { InputType: "JSON" })).rejects.toMatchObject({
      error: "States.ItemReaderFailed",
    });
    await expect(read("none", { InputType: "JSON" })).rejects.toMatchObject({
      error: "States.ItemReaderFailed",
      cause: expect.stringContaining("NoSuchKey"),
    });
    await put("c.json", "{}");
    await expect(read("c.json", { InputType: "JSON", ItemsPointer: "/a" })).rejects.toMatchObject({
      cause: "The ItemsPointer /a leads nowhere",
    });
  });

  it("Lines are items, compressed or not", async () => {
    await put("a.jsonl", '{"a":1}\n\n[2]\n');
    expect(await read("a.jsonl", { InputType: "JSONL" })).toEqual([{ a: 1 }, [2]]);
    await put("a.jsonl.gz", gzipSync("1\n2\n"));
    expect(await read("a.jsonl.gz", { InputType: "JSONL" })).toEqual([1, 2]);
  });
});

describe("lists and manifests", () => {
  it("list a bucket's objects beyond one page", async () => {
    for (let at = 0; at < 5; at++) await put(`in/${at}`, "x");
    await put("out", "x");
    const list = { resource: "arn:aws:states:::s3:listObjectsV2" };
    const parameters = { Bucket: "bucket", Prefix: "in/", MaxKeys: 2 };
    const found = await read("", {}, { ...list, parameters });
    expect(found.map((item) => (item as { Key: string }).Key)).toEqual([
      "in/0",
      "in/1",
      "in/2",
      "in/3",
      "in/4",
    ]);
    expect(found[0]).toEqual({
      Etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      Key: "in/0",
      LastModified: Date.UTC(2024, 0, 1) / 1000,
      Size: 1,
      StorageClass: "STANDARD",
    });
  });

  it("load what the listed objects hold", async () => {
    await put("in/a", "1\n2\n");
    await put("in/b", "3\n");
    const list = {
      resource: "arn:aws:states:::s3:listObjectsV2",
      parameters: { Bucket: "bucket", Prefix: "in/" },
    };
    expect(await read("", { InputType: "JSONL", Transformation: "LOAD_AND_FLATTEN" }, list)).toEqual([
      1, 2, 3,
    ]);
  });

  it("read an inventory", async () => {
    await put("data.csv.gz", gzipSync('"source","a.txt","5"\n"source","b.txt","6"\n'));
    const manifest = {
      destinationBucket: "arn:aws:s3:::bucket",
      fileFormat: "CSV",
      fileSchema: "Bucket, Key, Size",
      files: [{ key: "data.csv.gz" }],
    };
    await put("manifest.json", JSON.stringify(manifest));
    expect(await read("manifest.json", { InputType: "MANIFEST" })).toEqual([
      { Bucket: "source", Key: "a.txt", Size: "5" },
      { Bucket: "source", Key: "b.txt", Size: "6" },
    ]);
    await put("manifest.json", JSON.stringify({ ...manifest, fileFormat: "ORC" }));
    await expect(read("manifest.json", { InputType: "MANIFEST" })).rejects.toMatchObject({
      cause: "Cumulet does not implement inventories in ORC yet.",
    });
  });

  it("read what an Athena query unloaded", async () => {
    await put("part-1.gz", gzipSync('{"a":1}\n'));
    await put("part-2", '{"a":2}\n');
    await put("manifest.csv", "s3://bucket/part-1.gz\ns3://bucket/part-2\n");
    expect(await read("manifest.csv", { InputType: "JSONL", ManifestType: "ATHENA_DATA" })).toEqual([
      { a: 1 },
      { a: 2 },
    ]);
  });

  it("name Parquet as not implemented", async () => {
    await expect(read("x", { InputType: "PARQUET" })).rejects.toMatchObject({
      error: "States.ItemReaderFailed",
      cause: expect.stringContaining("PARQUET"),
    });
  });
});

describe("batches", () => {
  async function* numbers(count: number): AsyncGenerator<Json> {
    for (let at = 0; at < count; at++) yield at;
  }

  it("hold so many items, with the batch's own input", async () => {
    expect(await all(batchItems(numbers(5), { maxItems: 2, batchInput: { a: 1 } }))).toEqual([
      { BatchInput: { a: 1 }, Items: [0, 1] },
      { BatchInput: { a: 1 }, Items: [2, 3] },
      { BatchInput: { a: 1 }, Items: [4] },
    ]);
  });

  it("hold so many bytes", async () => {
    const batches = await all(batchItems(numbers(100), { maxBytes: 30 }));
    expect(batches.every((batch) => JSON.stringify(batch).length <= 30)).toBe(true);
    expect(batches.flatMap((batch) => (batch as { Items: Json[] }).Items)).toHaveLength(100);
    // No batch could have taken the first item of the next.
    expect(JSON.stringify(batches[0])).toBe('{"Items":[0,1,2,3,4,5,6,7,8]}');
  });

  it("cannot hold an item that is larger than a batch", async () => {
    async function* large(): AsyncGenerator<Json> {
      yield "x".repeat(100);
    }
    await expect(all(batchItems(large(), { maxBytes: 50 }))).rejects.toMatchObject({
      error: "States.ItemReaderFailed",
    });
  });
});

describe("results", () => {
  const result = (name: string, status: string, output?: Json): ChildResult => ({
    executionArn: `arn:aws:states:us-east-1:000000000000:execution:m/x:${name}`,
    name,
    stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:m/x",
    status,
    input: { n: 1 },
    ...(output === undefined ? { error: "E", cause: "why" } : { output }),
    startDate: 0,
    stopDate: 1000,
  });
  async function* results(): AsyncGenerator<ChildResult> {
    yield result("a", "SUCCEEDED", [1, 2]);
    yield result("b", "FAILED");
    yield result("c", "SUCCEEDED", [3]);
  }
  const write = (config: object, bucket = "bucket"): Promise<Json> =>
    writeResults(
      {
        resource: "arn:aws:states:::s3:putObject",
        parameters: { Bucket: bucket, Prefix: "out" },
        config,
        roleArn,
        mapRunArn: "arn:run",
        mapRunName: "run",
      },
      results(),
      serviceContext(cloud),
    );

  it("are written by status, and named by a manifest", async () => {
    expect(await write({})).toEqual({
      MapRunArn: "arn:run",
      ResultWriterDetails: { Bucket: "bucket", Key: "out/run/manifest.json" },
    });
    const succeeded = await textOf("out/run/SUCCEEDED_0.json");
    expect(JSON.parse(await textOf("out/run/manifest.json"))).toEqual({
      DestinationBucket: "bucket",
      MapRunArn: "arn:run",
      ResultFiles: {
        FAILED: [{ Key: "out/run/FAILED_0.json", Size: expect.any(Number) }],
        PENDING: [],
        SUCCEEDED: [{ Key: "out/run/SUCCEEDED_0.json", Size: succeeded.length }],
      },
    });
    expect(JSON.parse(succeeded)).toMatchObject([
      {
        Name: "a",
        Input: '{"n":1}',
        Output: "[1,2]",
        Status: "SUCCEEDED",
        StopDate: "1970-01-01T00:00:01.000Z",
      },
      { Name: "c" },
    ]);
    expect(JSON.parse(await textOf("out/run/FAILED_0.json"))).toMatchObject([
      { Name: "b", Error: "E", Cause: "why" },
    ]);
  });

  it.each([
    ["COMPACT", "JSON", "json", "[[1,2],[3]]"],
    ["FLATTEN", "JSON", "json", "[1,2,3]"],
    ["FLATTEN", "JSONL", "jsonl", "1\n2\n3\n"],
  ])("as %s and %s", async (Transformation, OutputType, extension, expected) => {
    await write({ Transformation, OutputType });
    expect(await textOf(`out/run/SUCCEEDED_0.${extension}`)).toBe(expected);
  });

  it("that cannot be written fail as States.ResultWriterFailed", async () => {
    await expect(write({}, "nobody")).rejects.toMatchObject({ error: "States.ResultWriterFailed" });
  });
});
