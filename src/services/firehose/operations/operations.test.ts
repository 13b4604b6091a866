// Streams as such: created, shown, changed, tagged, encrypted, deleted, refused.

import { afterEach, beforeEach, expect, inject, test } from "vitest";
import kms from "../../kms/index.ts";
import { BucketARN, DeliveryStreamName, RoleARN, type TestFirehose, testFirehose } from "../test-firehose.ts";

const DestinationId = "destinationId-000000000001";

let hose: TestFirehose;
beforeEach(async () => {
  hose = await testFirehose([kms]);
});
afterEach(() => hose.cloud.stop());

const describeIt = async () =>
  (await hose.call("DescribeDeliveryStream", { DeliveryStreamName })).DeliveryStreamDescription;

const refused = (operation: string, input: object, code: string, message?: string | RegExp) =>
  expect(hose.call(operation, input)).rejects.toMatchObject({
    code,
    ...(message !== undefined && { message: expect.stringMatching(message) }),
  });

const refusedS3 = (extended: object, message: string | RegExp, code = "InvalidArgumentException") =>
  refused(
    "CreateDeliveryStream",
    { DeliveryStreamName, ExtendedS3DestinationConfiguration: { RoleARN, BucketARN, ...extended } },
    code,
    message,
  );

test("a stream is shown with its defaults", async () => {
  const { DeliveryStreamARN } = await hose.call("CreateDeliveryStream", {
    DeliveryStreamName,
    S3DestinationConfiguration: { RoleARN, BucketARN },
  });
  expect(DeliveryStreamARN).toBe("arn:aws:firehose:us-east-1:000000000000:deliverystream/clicks");
  expect((await describeIt()).DeliveryStreamStatus).toBe("CREATING");
  await hose.cloud.settle();
  const plain = {
    RoleARN,
    BucketARN,
    BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 300 },
    CompressionFormat: "UNCOMPRESSED",
    EncryptionConfiguration: { NoEncryptionConfig: "NoEncryption" },
    CloudWatchLoggingOptions: { Enabled: false },
  };
  expect(await describeIt()).toEqual({
    DeliveryStreamName,
    DeliveryStreamARN,
    DeliveryStreamStatus: "ACTIVE",
    DeliveryStreamEncryptionConfiguration: { Status: "DISABLED" },
    DeliveryStreamType: "DirectPut",
    VersionId: "1",
    CreateTimestamp: Date.UTC(2024, 0, 1),
    Destinations: [
      {
        DestinationId,
        S3DestinationDescription: plain,
        ExtendedS3DestinationDescription: {
          ...plain,
          ProcessingConfiguration: { Enabled: false, Processors: [] },
          S3BackupMode: "Disabled",
        },
      },
    ],
    HasMoreDestinations: false,
  });
});

test("names are listed ten at a time, in order, and by type", async () => {
  for (let at = 0; at < 12; at++) {
    await hose.call("CreateDeliveryStream", {
      DeliveryStreamName: `s${String(at).padStart(2, "0")}`,
      S3DestinationConfiguration: { RoleARN, BucketARN },
    });
  }
  const page = await hose.call("ListDeliveryStreams");
  expect(page).toMatchObject({ HasMoreDeliveryStreams: true, DeliveryStreamNames: { length: 10 } });
  expect(await hose.call("ListDeliveryStreams", { ExclusiveStartDeliveryStreamName: "s09" })).toEqual({
    HasMoreDeliveryStreams: false,
    DeliveryStreamNames: ["s10", "s11"],
  });
  expect(await hose.call("ListDeliveryStreams", { DeliveryStreamType: "KinesisStreamAsSource" })).toEqual({
    HasMoreDeliveryStreams: false,
    DeliveryStreamNames: [],
  });
});

test("a destination is changed in what is named, by whoever knows its version", async () => {
  await hose.create({ Prefix: "a/" });
  const change = {
    DeliveryStreamName,
    DestinationId,
    CurrentDeliveryStreamVersionId: "1",
    ExtendedS3DestinationUpdate: { CompressionFormat: "GZIP" },
  };
  await hose.call("UpdateDestination", change);
  const shown = await describeIt();
  expect(shown).toMatchObject({ VersionId: "2", LastUpdateTimestamp: expect.any(Number) });
  expect(shown.Destinations[0].ExtendedS3DestinationDescription).toMatchObject({
    Prefix: "a/",
    CompressionFormat: "GZIP",
  });
  await refused(
    "UpdateDestination",
    change,
    "ConcurrentModificationException",
    "^Cannot update firehose: clicks since the current version id: 2 and specified version id: 1 do not match$",
  );
  await refused(
    "UpdateDestination",
    { ...change, CurrentDeliveryStreamVersionId: "2", DestinationId: "other" },
    "InvalidArgumentException",
    "^Destination Id other not found$",
  );
});

test("tags are added, listed by pages and removed", async () => {
  await hose.create({}, { Tags: [{ Key: "b", Value: "2" }] });
  await hose.call("TagDeliveryStream", {
    DeliveryStreamName,
    Tags: [{ Key: "a", Value: "1" }, { Key: "c" }],
  });
  expect(await hose.call("ListTagsForDeliveryStream", { DeliveryStreamName, Limit: 2 })).toEqual({
    Tags: [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ],
    HasMoreTags: true,
  });
  await hose.call("UntagDeliveryStream", { DeliveryStreamName, TagKeys: ["a", "b"] });
  expect(await hose.call("ListTagsForDeliveryStream", { DeliveryStreamName })).toEqual({
    Tags: [{ Key: "c", Value: "" }],
    HasMoreTags: false,
  });
  await refused("TagDeliveryStream", { DeliveryStreamName, Tags: [{ Key: "aws:x" }] }, "ValidationException");
});

// Over a database it may be turned on before the next call is answered.
test.skipIf(inject("databaseUrl") !== undefined)(
  "encryption that is being turned on is left alone",
  async () => {
    await hose.create();
    await hose.call("StartDeliveryStreamEncryption", { DeliveryStreamName });
    expect((await describeIt()).DeliveryStreamEncryptionConfiguration.Status).toBe("ENABLING");
    await refused("StopDeliveryStreamEncryption", { DeliveryStreamName }, "ResourceInUseException");
  },
);

test("encryption is turned on and off, under a key that must be there", async () => {
  await hose.create();
  await hose.call("StartDeliveryStreamEncryption", { DeliveryStreamName });
  await hose.cloud.settle();
  expect((await describeIt()).DeliveryStreamEncryptionConfiguration).toEqual({
    KeyType: "AWS_OWNED_CMK",
    Status: "ENABLED",
  });
  const put = { DeliveryStreamName, Record: { Data: Buffer.from("x") } };
  expect((await hose.call("PutRecord", put)).Encrypted).toBe(true);
  await hose.call("StopDeliveryStreamEncryption", { DeliveryStreamName });
  await hose.cloud.settle();
  expect((await describeIt()).DeliveryStreamEncryptionConfiguration).toEqual({ Status: "DISABLED" });
  const KeyARN = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-4333-8444-555555555555";
  await expect(
    hose.call("StartDeliveryStreamEncryption", {
      DeliveryStreamName,
      DeliveryStreamEncryptionConfigurationInput: { KeyType: "CUSTOMER_MANAGED_CMK", KeyARN },
    }),
  ).rejects.toMatchObject({ code: "InvalidKMSResourceException", fields: { code: "NotFoundException" } });
  const { KeyMetadata } = await hose.cloud.call("kms", "CreateKey");
  await hose.call("StartDeliveryStreamEncryption", {
    DeliveryStreamName,
    DeliveryStreamEncryptionConfigurationInput: { KeyType: "CUSTOMER_MANAGED_CMK", KeyARN: KeyMetadata.Arn },
  });
  await hose.cloud.settle();
  expect((await describeIt()).DeliveryStreamEncryptionConfiguration).toMatchObject({
    KeyARN: KeyMetadata.Arn,
    Status: "ENABLED",
  });
});

test("a deleted stream is gone, with what it held, and its name is free", async () => {
  await hose.create();
  await hose.put("old");
  await hose.call("DeleteDeliveryStream", { DeliveryStreamName });
  await hose.cloud.settle();
  await refused(
    "DescribeDeliveryStream",
    { DeliveryStreamName },
    "ResourceNotFoundException",
    "^Firehose clicks under account 000000000000 not found.$",
  );
  await hose.create();
  await hose.put("new");
  await hose.cloud.advance(600_000);
  expect((await hose.objects()).map(({ text }) => text)).toEqual(["new"]);
});

test("records are refused where they cannot go", async () => {
  const put = { DeliveryStreamName, Record: { Data: Buffer.from("x") } };
  await refused("PutRecord", put, "ResourceNotFoundException", /clicks under account 000000000000 not found/);
  await hose.create();
  const large = { Data: Buffer.alloc(1_000_000) };
  await refused(
    "PutRecordBatch",
    { DeliveryStreamName, Records: Array.from({ length: 5 }, () => large) },
    "InvalidArgumentException",
    "^Records size exceeds 4 MB limit$",
  );
  await refused(
    "PutRecord",
    { DeliveryStreamName, Record: { Data: Buffer.alloc(1_024_001) } },
    "ValidationException",
    /at 'record\.data' failed to satisfy constraint: Member must have length less than or equal to 1024000/,
  );
  const { RequestResponses } = await hose.call("PutRecordBatch", {
    DeliveryStreamName,
    Records: [{ Data: Buffer.from("a") }, { Data: Buffer.from("b") }],
  });
  const ids = RequestResponses.map(({ RecordId }: { RecordId: string }) => RecordId);
  expect(new Set(ids).size).toBe(2);
  expect(ids[0]).toHaveLength(224);
});

test("streams that cannot be are refused by name", async () => {
  await refused(
    "CreateDeliveryStream",
    { DeliveryStreamName },
    "InvalidArgumentException",
    "^Exactly one destination configuration is supported for a Firehose$",
  );
  await refused(
    "CreateDeliveryStream",
    {
      DeliveryStreamName,
      SnowflakeDestinationConfiguration: {
        AccountUrl: "https://a.snowflakecomputing.com",
        Database: "d",
        Schema: "s",
        Table: "t",
        RoleARN,
        S3Configuration: { RoleARN, BucketARN },
      },
    },
    "NotImplemented",
    /SnowflakeDestinationConfiguration/,
  );
  await refusedS3({ BufferingHints: { SizeInMBs: 5 } }, /IntervalInSeconds/);
  await refusedS3({ Prefix: "!{timestamp:yyyy}/" }, /ErrorOutputPrefix cannot be null or empty/);
  await refusedS3({ Prefix: "!{firehose:error-output-type}/", ErrorOutputPrefix: "x" }, /error-output-type/);
  await refusedS3({ Prefix: "!{nothing:x}/", ErrorOutputPrefix: "x/" }, /nothing:x/);
  await refusedS3({ Prefix: "!{timestamp:bbb}/", ErrorOutputPrefix: "x/" }, /bbb/);
  await refusedS3({ ErrorOutputPrefix: "!{timestamp:yyyy}" }, /error-output-type/);
  await refusedS3(
    { Prefix: "!{partitionKeyFromLambda:a}/", ErrorOutputPrefix: "x/" },
    /^Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic Partitioning is enabled/,
  );
  await refusedS3(
    {
      Prefix: "!{partitionKeyFromQuery:a}/",
      ErrorOutputPrefix: "x/",
      DynamicPartitioningConfiguration: { Enabled: true },
    },
    /^MetadataExtraction processor should be present when S3 Prefix has partitionKeyFromQuery namespace/,
  );
  await refusedS3({ CustomTimeZone: "Mars/Olympus" }, /Mars/);
  await refusedS3({ S3BackupMode: "Enabled" }, /S3BackupConfiguration/);
  await refusedS3(
    {
      ProcessingConfiguration: {
        Enabled: true,
        Processors: [{ Type: "Lambda", Parameters: [] }],
      },
    },
    /LambdaArn/,
  );
  await refusedS3({ CloudWatchLoggingOptions: { Enabled: true } }, /LogGroupName/);
  await hose.create();
  await refused(
    "CreateDeliveryStream",
    { DeliveryStreamName, S3DestinationConfiguration: { RoleARN, BucketARN } },
    "ResourceInUseException",
    "^Firehose clicks under accountId 000000000000 already exists$",
  );
});
