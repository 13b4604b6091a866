// What the tests of Firehose share: a cloud with a bucket and a stream into it,
// and the objects that have arrived.

import type { ServiceDefinition } from "../../core/service.ts";
import s3 from "../s3/index.ts";
import { type TestCloud, type TestCloudOptions, testCloud } from "../test-cloud.ts";
import firehose from "./index.ts";

export const DeliveryStreamName = "clicks";
export const RoleARN = "arn:aws:iam::000000000000:role/firehose";
export const BucketARN = "arn:aws:s3:::lake";

export interface Arrived {
  readonly key: string;
  readonly data: Buffer;
  readonly text: string;
}

export interface TestFirehose {
  readonly cloud: TestCloud;
  // biome-ignore lint/suspicious/noExplicitAny: tests read outputs freely.
  call(operation: string, input?: object): Promise<any>;
  /** A stream into the bucket `lake`, ready for records. */
  create(extended?: object, more?: object): Promise<void>;
  put(...texts: string[]): Promise<void>;
  objects(Bucket?: string): Promise<readonly Arrived[]>;
}

export async function testFirehose(
  others: readonly ServiceDefinition[] = [],
  options: TestCloudOptions = {},
): Promise<TestFirehose> {
  const cloud = await testCloud([firehose, s3, ...others], options);
  const call = (operation: string, input: object = {}) => cloud.call("firehose", operation, input);
  await cloud.call("s3", "CreateBucket", { Bucket: "lake" });
  return {
    cloud,
    call,
    create: async (extended = {}, more = {}) => {
      await call("CreateDeliveryStream", {
        DeliveryStreamName,
        ExtendedS3DestinationConfiguration: { RoleARN, BucketARN, ...extended },
        ...more,
      });
      await cloud.settle();
    },
    put: async (...texts) => {
      await call("PutRecordBatch", {
        DeliveryStreamName,
        Records: texts.map((text) => ({ Data: Buffer.from(text) })),
      });
    },
    objects: async (Bucket = "lake") => {
      const { Contents = [] } = await cloud.call("s3", "ListObjectsV2", { Bucket });
      return Promise.all(
        (Contents as { Key: string }[]).map(async ({ Key }) => {
          const data = await download(cloud, Bucket, Key);
          return { key: Key, data, text: data.toString() };
        }),
      );
    },
  };
}

async function download(cloud: TestCloud, Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await cloud.call("s3", "GetObject", { Bucket, Key });
  const chunks: Uint8Array[] = [];
  for await (const chunk of Body instanceof Uint8Array ? [Body] : Body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
