// What hosts say of buckets when a request is signed for S3.

import { expect, test } from "vitest";
import { Hosts, ofBucket } from "./hosts.ts";

const hosts = new Hosts(["cloud.company", "aws.localhost"]);

test.each([
  ["bucket.localhost:4566", "bucket"],
  ["with.dots.localhost:4566", "with.dots"],
  ["sqs.us-east-1.localhost", "sqs.us-east-1"],
  ["bucket.cloud.company", "bucket"],
  ["bucket.s3.localhost:4566", "bucket"],
  ["bucket.s3.eu-west-1.amazonaws.com", "bucket"],
  ["bucket.s3-accelerate.dualstack.amazonaws.com", "bucket"],
  ["s3.localhost", undefined],
  ["localhost:4566", undefined],
  ["127.0.0.1:4566", undefined],
  ["cloud.company", undefined],
  ["aws.localhost:4566", undefined],
  ["bucket.aws.localhost:4566", "bucket"],
  ["111122223333.s3-control.us-east-1.amazonaws.com", undefined],
])("%s stands for bucket %s", (authority, bucket) => {
  expect(ofBucket(hosts.read(authority)).bucket).toBe(bucket);
});
