// Delivery to S3: when, under which names, in which form.

import { gunzipSync, inflateRawSync } from "node:zlib";
import { snappyUncompress } from "hyparquet";
import { afterEach, beforeEach, expect, test } from "vitest";
import kms from "../../kms/index.ts";
import { DeliveryStreamName, type TestFirehose, testFirehose } from "../test-firehose.ts";

const seconds = 1000;
const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

let hose: TestFirehose;

beforeEach(async () => {
  hose = await testFirehose([], { now: Date.UTC(2024, 1, 3, 4, 5, 6) });
});
afterEach(() => hose.cloud.stop());

test("records are delivered together when the interval is over, in their order", async () => {
  await hose.create({ BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 60 } });
  await hose.put("one\n", "two\n");
  await hose.call("PutRecord", { DeliveryStreamName, Record: { Data: Buffer.from("three\n") } });
  await hose.cloud.advance(59 * seconds);
  expect(await hose.objects()).toEqual([]);
  await hose.cloud.advance(1 * seconds);
  const [object, ...others] = await hose.objects();
  expect(others).toEqual([]);
  expect(object!.text).toBe("one\ntwo\nthree\n");
  expect(object!.key).toMatch(new RegExp(`^2024/02/03/04/clicks-1-2024-02-03-04-05-06-${uuid}$`));
});

test("records are delivered as soon as they fill the buffer", async () => {
  await hose.create({ BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 900 } });
  const large = "x".repeat(600_000);
  await hose.put(large);
  await hose.cloud.settle();
  expect(await hose.objects()).toEqual([]);
  await hose.put(large);
  await hose.cloud.settle();
  const objects = await hose.objects();
  expect(objects.map(({ data }) => data.length)).toEqual([1_200_000]);
});

test("each compression is what its readers expect, and names end in it", async () => {
  for (const [CompressionFormat, ending, open] of [
    ["GZIP", ".gz", (data: Buffer) => gunzipSync(data).toString()],
    ["ZIP", ".zip", unzipped],
    ["Snappy", ".snappy", unframed],
    ["HADOOP_SNAPPY", ".hsnappy", unblocked],
  ] as const) {
    const hose = await testFirehose();
    await hose.create({ CompressionFormat });
    const text = "to be or not to be, ".repeat(20_000);
    await hose.put(text);
    await hose.cloud.advance(300 * seconds);
    const [object] = await hose.objects();
    expect(object!.key.endsWith(ending)).toBe(true);
    expect(object!.data.length).toBeLessThan(text.length / 2);
    expect(open(object!.data) === text).toBe(true);
    await hose.cloud.stop();
  }
});

test("a prefix without a time gets one; one with a time is taken as it is", async () => {
  await hose.create({ Prefix: "raw/" });
  await hose.put("one");
  await hose.cloud.advance(300 * seconds);
  await hose.call("UpdateDestination", {
    DeliveryStreamName,
    CurrentDeliveryStreamVersionId: "1",
    DestinationId: "destinationId-000000000001",
    ExtendedS3DestinationUpdate: {
      Prefix: "year=!{timestamp:yyyy}/day=!{timestamp:DDD'th'}/!{firehose:random-string}/",
      ErrorOutputPrefix: "bad/!{firehose:error-output-type}/",
      CustomTimeZone: "Asia/Tokyo",
      FileExtension: ".json",
    },
  });
  await hose.put("two");
  await hose.cloud.advance(300 * seconds);
  const keys = (await hose.objects()).map(({ key }) => key);
  expect(keys).toEqual([
    expect.stringMatching(new RegExp(`^raw/2024/02/03/04/clicks-1-2024-02-03-04-05-06-${uuid}$`)),
    expect.stringMatching(
      new RegExp(`^year=2024/day=034th/[0-9a-f]{11}/clicks-2-2024-02-03-13-10-06-${uuid}\\.json$`),
    ),
  ]);
});

test("what the bucket does not take is tried again, and arrives under the same name", async () => {
  await hose.create({
    BucketARN: "arn:aws:s3:::later",
    BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
  });
  await hose.put("kept");
  await hose.cloud.advance(3_600 * seconds);
  await hose.cloud.call("s3", "CreateBucket", { Bucket: "later" });
  await hose.cloud.advance(60 * seconds);
  const [object, ...others] = await hose.objects("later");
  expect(others).toEqual([]);
  expect(object!.text).toBe("kept");
  expect(object!.key).toMatch(/clicks-1-2024-02-03-04-05-06-/);
});

test("objects are encrypted under the key that the destination names", async () => {
  const AWSKMSKeyARN = "arn:aws:kms:us-east-1:000000000000:alias/aws/s3";
  const hose = await testFirehose([kms]);
  await hose.create({ EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN } } });
  await hose.put("secret");
  await hose.cloud.advance(300 * seconds);
  const [object] = await hose.objects();
  expect(object!.text).toBe("secret");
  const head = await hose.cloud.call("s3", "HeadObject", { Bucket: "lake", Key: object!.key });
  expect(head.ServerSideEncryption).toBe("aws:kms");
  await hose.cloud.stop();
});

/** The only file of an archive. */
function unzipped(data: Buffer): string {
  const nameLength = data.readUInt16LE(26);
  const start = 30 + nameLength + data.readUInt16LE(28);
  const directory = data.readUInt32LE(data.length - 22 + 16);
  const size = data.readUInt32LE(directory + 20);
  return inflateRawSync(data.subarray(start, start + size)).toString();
}

function unframed(data: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 10; at < data.length; ) {
    const length = data.readUIntLE(at + 1, 3);
    pieces.push(snappyPlain(data.subarray(at + 8, at + 4 + length)));
    at += 4 + length;
  }
  return Buffer.concat(pieces).toString();
}

function unblocked(data: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at < data.length; ) {
    const length = data.readUInt32BE(at + 4);
    pieces.push(snappyPlain(data.subarray(at + 8, at + 8 + length)));
    at += 8 + length;
  }
  return Buffer.concat(pieces).toString();
}

function snappyPlain(block: Buffer): Buffer {
  let size = 0;
  for (let at = 0, shift = 0; ; at++, shift += 7) {
    size |= (block[at]! & 0x7f) << shift;
    if (block[at]! < 0x80) break;
  }
  const output = new Uint8Array(size);
  snappyUncompress(block, output);
  return Buffer.from(output);
}
