// PutRecordBatch of 500 records of 1 KB, PutRecord, and how soon what was put is
// in the bucket.

import { report } from "./dynamodb.mjs";
import { load, once, signed } from "./load.mjs";

const batch = 500;

export async function firehose({ server, row, seconds }) {
  const { port } = server;
  const request = (operation, input) =>
    signed({
      port,
      service: "firehose",
      target: `Firehose_20150804.${operation}`,
      contentType: "application/x-amz-json-1.1",
      body: JSON.stringify(input),
    });
  const bucket = (method, query = "") =>
    signed({ port, service: "s3", method, path: "/bench-lake", query, body: "", contentType: undefined });
  await once(bucket("PUT"));
  const DeliveryStreamName = "bench";
  await once(
    request("CreateDeliveryStream", {
      DeliveryStreamName,
      ExtendedS3DestinationConfiguration: {
        RoleARN: "arn:aws:iam::000000000000:role/firehose",
        BucketARN: "arn:aws:s3:::bench-lake",
        BufferingHints: { SizeInMBs: 16, IntervalInSeconds: 1 },
      },
    }),
  );
  for (;;) {
    const { DeliveryStreamDescription } = await once(
      request("DescribeDeliveryStream", { DeliveryStreamName }),
    );
    if (DeliveryStreamDescription.DeliveryStreamStatus === "ACTIVE") break;
  }
  const Data = Buffer.alloc(1024, "d").toString("base64");
  const many = request("PutRecordBatch", {
    DeliveryStreamName,
    Records: Array.from({ length: batch }, () => ({ Data })),
  });
  const put = await load({ port, seconds, connections: 4, next: () => many });
  report(row, "Firehose PutRecordBatch (records of 1 KB)", { ...put, perSecond: put.perSecond * batch });
  const began = performance.now();
  let size = 0;
  for (;;) {
    const listed = String(await once(bucket("GET", "list-type=2")));
    const now = [...listed.matchAll(/<Size>(\d+)<\/Size>/g)].reduce((sum, [, each]) => sum + Number(each), 0);
    if (now === size && performance.now() - began > 2000) break;
    size = now;
    await new Promise((done) => setTimeout(done, 500));
  }
  row("Firehose, in the bucket soon after", { MB: size / 1e6 });
  const one = request("PutRecord", { DeliveryStreamName, Record: { Data } });
  report(row, "Firehose PutRecord", await load({ port, seconds, next: () => one }));
}
