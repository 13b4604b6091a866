// What happens to records between their arrival and their delivery.

import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { defineService } from "../../../core/service.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../model/handle.ts";
import logs from "../../logs/index.ts";
import { type Arrived, type TestFirehose, testFirehose } from "../test-firehose.ts";

const seconds = 1000;
const LambdaArn = "arn:aws:lambda:us-east-1:000000000000:function:change";
const BufferingHints = { SizeInMBs: 1, IntervalInSeconds: 60 };

interface Asked {
  readonly deliveryStreamArn: string;
  readonly records: readonly { readonly recordId: string; readonly data: string }[];
}

type Answer = (asked: Asked) => object | "fails";

let hose: TestFirehose;
afterEach(() => hose.cloud.stop());

/** A function that answers what it is told to. */
function functionThat(answer: Answer, asked: Asked[] = []) {
  return defineService<Lambda>({
    model: modelOf<Lambda>("lambda"),
    resources: [],
    operations: {
      Invoke: {
        waits: async ({ Payload = new Uint8Array() }) => {
          const event = JSON.parse(Buffer.from(Payload).toString()) as Asked;
          asked.push(event);
          const answered = answer(event);
          return answered === "fails"
            ? { StatusCode: 200, FunctionError: "Unhandled", Payload: Buffer.from("{}") }
            : { StatusCode: 200, Payload: Buffer.from(JSON.stringify(answered)) };
        },
      },
    },
  });
}

const processors = (...Processors: object[]) => ({
  BufferingHints,
  ProcessingConfiguration: { Enabled: true, Processors },
});

const processor = (Type: string, parameters: Record<string, string> = {}) => ({
  Type,
  Parameters: Object.entries(parameters).map(([ParameterName, ParameterValue]) => ({
    ParameterName,
    ParameterValue,
  })),
});

const lambda = (parameters: Record<string, string> = {}) => processor("Lambda", { LambdaArn, ...parameters });

const plain = (data: string): string => Buffer.from(data, "base64").toString();
const packed = (text: string): string => Buffer.from(text).toString("base64");

async function delivered(milliseconds = 600 * seconds): Promise<readonly Arrived[]> {
  await hose.cloud.advance(milliseconds);
  return hose.objects();
}

const failuresIn = (objects: readonly Arrived[], folder: string) =>
  objects
    .filter(({ key }) => key.startsWith(folder))
    .flatMap(({ text }) =>
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    );

test("a function changes, drops and fails records", async () => {
  const asked: Asked[] = [];
  hose = await testFirehose([
    functionThat(
      ({ records }) => ({
        records: records.map(({ recordId, data }) => {
          const text = plain(data);
          if (text === "drop") return { recordId, result: "Dropped", data };
          if (text === "fail") return { recordId, result: "ProcessingFailed", data };
          return { recordId, result: "Ok", data: packed(`${text.toUpperCase()};`) };
        }),
      }),
      asked,
    ),
  ]);
  await hose.create(processors(lambda()));
  await hose.put("a", "drop", "fail", "b");
  const objects = await delivered();
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    deliveryStreamArn: "arn:aws:firehose:us-east-1:000000000000:deliverystream/clicks",
    region: "us-east-1",
    records: [{ data: packed("a"), approximateArrivalTimestamp: Date.UTC(2024, 0, 1) }, {}, {}, {}],
  });
  expect(objects.filter(({ key }) => key.startsWith("2024/")).map(({ text }) => text)).toEqual(["A;B;"]);
  expect(failuresIn(objects, "processing-failed/2024/01/01/00/clicks-1-")).toEqual([
    {
      attemptsMade: 1,
      arrivalTimestamp: Date.UTC(2024, 0, 1),
      errorCode: "Lambda.ProcessingFailedStatus",
      errorMessage: "ProcessingFailed status set for record",
      attemptEndingTimestamp: expect.any(Number),
      rawData: packed("fail"),
      lambdaArn: LambdaArn,
    },
  ]);
});

test("a function is called when its own buffer is full, before the destination's is", async () => {
  const asked: Asked[] = [];
  hose = await testFirehose([functionThat(() => "fails", asked)]);
  await hose.create(processors(lambda({ BufferIntervalInSeconds: "900", BufferSizeInMBs: "0.2" })));
  await hose.put("x".repeat(150_000));
  await hose.cloud.settle();
  expect(asked).toHaveLength(0);
  await hose.put("x".repeat(150_000));
  await hose.cloud.settle();
  expect(asked).toHaveLength(1);
});

test("a function that fails is called again as often as allowed, and its records are kept as failed", async () => {
  const asked: Asked[] = [];
  hose = await testFirehose([functionThat(() => "fails", asked), logs]);
  await hose.cloud.call("logs", "CreateLogGroup", { logGroupName: "hose" });
  await hose.cloud.call("logs", "CreateLogStream", { logGroupName: "hose", logStreamName: "errors" });
  await hose.create({
    ...processors(lambda({ NumberOfRetries: "2" })),
    ErrorOutputPrefix: "bad/!{firehose:error-output-type}/!{timestamp:yyyy}/",
    CloudWatchLoggingOptions: { Enabled: true, LogGroupName: "hose", LogStreamName: "errors" },
  });
  await hose.put("a", "b");
  const objects = await delivered();
  expect(asked).toHaveLength(3);
  expect(failuresIn(objects, "bad/processing-failed/2024/clicks-1-")).toMatchObject([
    { attemptsMade: 3, errorCode: "Lambda.FunctionError", rawData: packed("a") },
    { attemptsMade: 3, errorCode: "Lambda.FunctionError", rawData: packed("b") },
  ]);
  const { events } = await hose.cloud.call("logs", "GetLogEvents", {
    logGroupName: "hose",
    logStreamName: "errors",
  });
  expect(events.map(({ message }: { message: string }) => JSON.parse(message))).toEqual([
    {
      deliveryStreamARN: "arn:aws:firehose:us-east-1:000000000000:deliverystream/clicks",
      deliveryStreamVersionId: 1,
      message: "The Lambda function was successfully invoked but it returned an error result.",
      errorCode: "Lambda.FunctionError",
      processor: LambdaArn,
    },
  ]);
});

test.each([
  ["leaves records out", () => ({ records: [] }), "Lambda.MissingRecordId"],
  ["answers something else", () => ["what"], "Lambda.JsonProcessingException"],
  [
    "names a record twice",
    ({ records }: Asked) => ({ records: [...records, ...records] }),
    "Lambda.DuplicatedRecordId",
  ],
] as const)("records of a function that %s are kept as failed", async (_what, answer, errorCode) => {
  hose = await testFirehose([functionThat(answer)]);
  await hose.create(processors(lambda()));
  await hose.put("a");
  expect(failuresIn(await delivered(), "processing-failed/")).toMatchObject([{ errorCode }]);
});

test("records sent as one are taken apart, and each gets its delimiter", async () => {
  hose = await testFirehose();
  await hose.create(
    processors(
      processor("RecordDeAggregation", { SubRecordType: "JSON" }),
      processor("AppendDelimiterToRecord"),
    ),
  );
  await hose.put('{"a":1}{"a":"}{"}\n{"a":[{}]}', "no json");
  expect((await delivered()).map(({ text }) => text)).toEqual(['{"a":1}\n{"a":"}{"}\n{"a":[{}]}\nno json\n']);
});

test("records are taken apart at a delimiter", async () => {
  hose = await testFirehose();
  await hose.create(
    processors(
      processor("RecordDeAggregation", { SubRecordType: "DELIMITED", Delimiter: packed("####") }),
      processor("AppendDelimiterToRecord", { Delimiter: "\\n" }),
    ),
  );
  await hose.put("one####two####");
  expect((await delivered()).map(({ text }) => text)).toEqual(["one\ntwo\n"]);
});

test("log data is decompressed, and its messages taken out", async () => {
  hose = await testFirehose();
  await hose.create(
    processors(
      processor("Decompression", { CompressionFormat: "GZIP" }),
      processor("CloudWatchLogProcessing", { DataMessageExtraction: "true" }),
    ),
  );
  const data = (value: object) => ({ Data: gzipSync(JSON.stringify(value)) });
  await hose.call("PutRecordBatch", {
    DeliveryStreamName: "clicks",
    Records: [
      data({ messageType: "CONTROL_MESSAGE", logEvents: [{ message: "checking health" }] }),
      data({ messageType: "DATA_MESSAGE", logEvents: [{ message: "first" }, { message: "second" }] }),
      { Data: Buffer.from("not compressed") },
    ],
  });
  const objects = await delivered();
  expect(objects.filter(({ key }) => key.startsWith("2024")).map(({ text }) => text)).toEqual([
    "first\nsecond\n",
  ]);
  expect(failuresIn(objects, "processing-failed/")).toMatchObject([{ rawData: packed("not compressed") }]);
});

test("records are backed up as they came", async () => {
  hose = await testFirehose([
    functionThat(({ records }) => ({
      records: records.map(({ recordId }) => ({ recordId, result: "Ok", data: packed("changed") })),
    })),
  ]);
  await hose.cloud.call("s3", "CreateBucket", { Bucket: "backup" });
  await hose.create({
    ...processors(lambda()),
    S3BackupMode: "Enabled",
    S3BackupConfiguration: {
      RoleARN: "arn:aws:iam::000000000000:role/firehose",
      BucketARN: "arn:aws:s3:::backup",
      Prefix: "raw/",
    },
  });
  await hose.put("a", "b");
  expect((await delivered()).map(({ text }) => text)).toEqual(["changedchanged"]);
  expect(await hose.objects("backup")).toMatchObject([
    { text: "ab", key: expect.stringMatching(/^raw\/2024\/01\/01\/00\/clicks-1-/) },
  ]);
});

const partitioned = (Prefix: string, ...Processors: object[]) => ({
  ...processors(...Processors),
  BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
  DynamicPartitioningConfiguration: { Enabled: true },
  Prefix,
  ErrorOutputPrefix: "bad/!{firehose:error-output-type}/",
});

test("records are parted by what a query finds in them", async () => {
  hose = await testFirehose();
  await hose.create(
    partitioned(
      "by/!{partitionKeyFromQuery:customer}/!{partitionKeyFromQuery:year}/",
      processor("MetadataExtraction", {
        MetadataExtractionQuery: '{customer: .customer.id, year: (.at | strftime("%Y"))}',
        JsonParsingEngine: "JQ-1.6",
      }),
      processor("AppendDelimiterToRecord"),
    ),
  );
  const record = (id: unknown, at: number) => JSON.stringify({ customer: { id }, at });
  const [a, b, c] = [record("ann", 1565382027), record("bob", 0), record("ann", 1565382028)];
  await hose.put(a, b, c, record(null, 0), "no json");
  await hose.cloud.settle();
  await hose.put(b);
  const objects = await delivered();
  expect(objects.filter(({ key }) => key.startsWith("by/"))).toMatchObject([
    { key: expect.stringMatching(/^by\/ann\/2019\/clicks-1-2024-01-01-00-00-00-/), text: `${a}\n${c}\n` },
    { key: expect.stringMatching(/^by\/bob\/1970\/clicks-1-/), text: `${b}\n${b}\n` },
  ]);
  expect(failuresIn(objects, "bad/processing-failed/clicks-1-")).toMatchObject([
    {
      errorCode: "DynamicPartitioning.MetadataExtractionFailed",
      errorMessage: "partitionKeys values must not be null or empty",
      rawData: packed(record(null, 0)),
    },
    {
      errorCode: "DynamicPartitioning.MetadataExtractionFailed",
      errorMessage: "Non JSON record provided. Could not parse incoming record as JSON.",
    },
  ]);
  // A partition that is empty is forgotten, and begins again.
  await hose.put(a);
  await hose.cloud.advance(60 * seconds);
  expect((await hose.objects()).filter(({ key }) => key.startsWith("by/ann/"))).toHaveLength(2);
});

test("records are parted by what the function says", async () => {
  hose = await testFirehose([
    functionThat(({ records }) => ({
      records: records.map(({ recordId, data }) => ({
        recordId,
        result: "Ok",
        data,
        metadata: { partitionKeys: { letter: plain(data)[0], size: plain(data).length } },
      })),
    })),
  ]);
  await hose.create(
    partitioned("!{partitionKeyFromLambda:letter}/!{partitionKeyFromLambda:size}/", lambda()),
  );
  await hose.put("ab", "ac", "b");
  expect((await delivered()).map(({ key, text }) => [key.split("/clicks")[0], text])).toEqual([
    ["a/2", "abac"],
    ["b/1", "b"],
  ]);
});

test("a query that is none is refused", async () => {
  hose = await testFirehose();
  const query = processor("MetadataExtraction", {
    MetadataExtractionQuery: "{a: .b",
    JsonParsingEngine: "JQ-1.6",
  });
  await expect(hose.create(partitioned("!{partitionKeyFromQuery:a}/", query))).rejects.toMatchObject({
    code: "InvalidArgumentException",
    message: expect.stringContaining("MetadataExtractionQuery is not valid: syntax error"),
  });
});

test("records of more than 500 partitions at once are kept as failed", async () => {
  hose = await testFirehose();
  const query = processor("MetadataExtraction", {
    MetadataExtractionQuery: "{n: .n}",
    JsonParsingEngine: "JQ-1.6",
  });
  await hose.create(partitioned("by/!{partitionKeyFromQuery:n}/", query));
  const some = (from: number, count: number) =>
    Array.from({ length: count }, (_each, at) => JSON.stringify({ n: from + at }));
  await hose.put(...some(0, 499));
  await hose.cloud.advance(2 * seconds);
  await hose.put(...some(498, 4));
  const objects = await delivered();
  expect(objects.filter(({ key }) => key.startsWith("by/")).length).toBe(500);
  expect(failuresIn(objects, "bad/")).toMatchObject([
    { errorCode: "DynamicPartitioning.ActivePartitionLimitExceeded" },
    { errorCode: "DynamicPartitioning.ActivePartitionLimitExceeded" },
  ]);
});
