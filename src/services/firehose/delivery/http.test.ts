// Delivery to HTTP endpoints and to Splunk.

import { gunzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import type { WebRequest } from "../../../core/ports/web.ts";
import { BucketARN, DeliveryStreamName, RoleARN, type TestFirehose, testFirehose } from "../test-firehose.ts";

const seconds = 1000;
const S3Configuration = { RoleARN, BucketARN };

let hose: TestFirehose;
afterEach(() => hose.cloud.stop());

/** An endpoint that keeps what it is sent. */
async function endpoint(answer: (request: WebRequest, call: number) => { status: number; body?: object }) {
  const requests: WebRequest[] = [];
  hose = await testFirehose([], {
    web: async (request) => {
      requests.push(request);
      const { status, body = {} } = answer(request, requests.length);
      return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
    },
  });
  return requests;
}

const accept = ({ headers }: WebRequest) => ({
  status: 200,
  body: { requestId: headers?.["x-amz-firehose-request-id"], timestamp: 1 },
});

async function create(configuration: object = {}): Promise<void> {
  await hose.call("CreateDeliveryStream", {
    DeliveryStreamName,
    HttpEndpointDestinationConfiguration: {
      EndpointConfiguration: { Url: "https://collector.example/in", Name: "collector", AccessKey: "open" },
      BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 },
      S3Configuration,
      ...configuration,
    },
  });
  await hose.cloud.settle();
}

const packed = (text: string): string => Buffer.from(text).toString("base64");

test("an endpoint gets records by AWS's protocol", async () => {
  const requests = await endpoint(accept);
  await create({
    RequestConfiguration: {
      ContentEncoding: "GZIP",
      CommonAttributes: [{ AttributeName: "stage", AttributeValue: "test" }],
    },
  });
  await hose.put("one", "two");
  await hose.cloud.advance(60 * seconds);
  expect(requests).toHaveLength(1);
  const [request] = requests;
  expect(request).toMatchObject({
    method: "POST",
    url: "https://collector.example/in",
    headers: {
      "content-type": "application/json",
      "content-encoding": "gzip",
      "x-amz-firehose-protocol-version": "1.0",
      "x-amz-firehose-source-arn": "arn:aws:firehose:us-east-1:000000000000:deliverystream/clicks",
      "x-amz-firehose-access-key": "open",
      "x-amz-firehose-common-attributes": '{"commonAttributes":{"stage":"test"}}',
    },
  });
  expect(JSON.parse(gunzipSync(request!.body as Uint8Array).toString())).toEqual({
    requestId: request!.headers?.["x-amz-firehose-request-id"],
    timestamp: Date.UTC(2024, 0, 1, 0, 1),
    records: [{ data: packed("one") }, { data: packed("two") }],
  });
  expect(await hose.objects()).toEqual([]);
});

test("a request is made again under its id until the endpoint takes it", async () => {
  const requests = await endpoint((request, call) => (call < 4 ? { status: 503 } : accept(request)));
  await create();
  await hose.put("one");
  await hose.cloud.advance(600 * seconds);
  expect(requests).toHaveLength(4);
  expect(new Set(requests.map(({ headers }) => headers?.["x-amz-firehose-request-id"])).size).toBe(1);
  expect(await hose.objects()).toEqual([]);
});

test("what an endpoint does not take in time goes to the bucket", async () => {
  await endpoint(() => ({ status: 500, body: { errorMessage: "no" } }));
  await create({ RetryOptions: { DurationInSeconds: 30 } });
  await hose.put("one");
  await hose.cloud.advance(1200 * seconds);
  const [object, ...others] = await hose.objects();
  expect(others).toEqual([]);
  expect(object!.key).toMatch(/^http-endpoint-failed\/2024\/01\/01\/00\/clicks-1-/);
  expect(JSON.parse(object!.text)).toEqual({
    attemptsMade: expect.any(Number),
    arrivalTimestamp: Date.UTC(2024, 0, 1),
    errorCode: "HttpEndpoint.DestinationException",
    errorMessage: 'Received the following response from the endpoint destination. {"errorMessage":"no"}',
    attemptEndingTimestamp: expect.any(Number),
    rawData: packed("one"),
    subsequenceNumber: 0,
    dataTimestamp: Date.UTC(2024, 0, 1),
  });
});

test("a request that is too large is not made again", async () => {
  const requests = await endpoint(() => ({ status: 413 }));
  await create();
  await hose.put("one");
  await hose.cloud.advance(600 * seconds);
  expect(requests).toHaveLength(1);
  expect(await hose.objects()).toHaveLength(1);
});

test("an answer that does not name the request is none", async () => {
  const requests = await endpoint((request, call) =>
    call === 1 ? { status: 200, body: { requestId: "another" } } : accept(request),
  );
  await create();
  await hose.put("one");
  await hose.cloud.advance(120 * seconds);
  expect(requests).toHaveLength(2);
});

test("all records are kept in the bucket where they are wanted there", async () => {
  await endpoint(accept);
  await create({ S3BackupMode: "AllData" });
  await hose.put("one", "two");
  await hose.cloud.advance(600 * seconds);
  expect((await hose.objects()).map(({ text }) => text)).toEqual(["onetwo"]);
});

test("the access key is not shown", async () => {
  await endpoint(accept);
  await create();
  const shown = await hose.call("DescribeDeliveryStream", { DeliveryStreamName });
  expect(shown.DeliveryStreamDescription.Destinations[0].HttpEndpointDestinationDescription).toMatchObject({
    EndpointConfiguration: { Url: "https://collector.example/in", Name: "collector" },
    RetryOptions: { DurationInSeconds: 300 },
    S3BackupMode: "FailedDataOnly",
    RequestConfiguration: { ContentEncoding: "NONE", CommonAttributes: [] },
    S3DestinationDescription: { BucketARN, CompressionFormat: "UNCOMPRESSED" },
  });
  expect(JSON.stringify(shown)).not.toContain("open");
});

test("Splunk gets records, and they are delivered when it acknowledges them", async () => {
  let acknowledged = false;
  const requests = await endpoint(({ url }) =>
    url.includes("/ack?")
      ? { status: 200, body: { acks: { 7: acknowledged } } }
      : { status: 200, body: { text: "Success", code: 0, ackId: 7 } },
  );
  await hose.call("CreateDeliveryStream", {
    DeliveryStreamName,
    SplunkDestinationConfiguration: {
      HECEndpoint: "https://splunk.example:8088",
      HECEndpointType: "Raw",
      HECToken: "token",
      S3Configuration,
    },
  });
  await hose.cloud.settle();
  await hose.put("one\n", "two\n");
  await hose.cloud.advance(90 * seconds);
  expect(requests[0]).toMatchObject({
    url: expect.stringMatching(/^https:\/\/splunk\.example:8088\/services\/collector\/raw\?channel=/),
    headers: { authorization: "Splunk token" },
  });
  expect(Buffer.from(requests[0]!.body as Uint8Array).toString()).toBe("one\ntwo\n");
  acknowledged = true;
  await hose.cloud.advance(600 * seconds);
  expect(requests.filter(({ url }) => url.includes("/raw?"))).toHaveLength(1);
  expect(await hose.objects()).toEqual([]);
});
