import { expect, test } from "vitest";
import { objectOf } from "./object-address.ts";

const here = "http://localhost:4566";

test.each([
  ["s3://b/a/k", { Bucket: "b", Key: "a/k" }],
  ["https://b.s3.eu-west-1.amazonaws.com/k%20k", { Bucket: "b", Key: "k k" }],
  ["https://s3.amazonaws.com/b/k?versionId=v", { Bucket: "b", Key: "k", VersionId: "v" }],
  ["http://localhost:4566/b/k", { Bucket: "b", Key: "k" }],
  ["http://b.s3.localhost:4566/k", { Bucket: "b", Key: "k" }],
  ["https://example.com/b/k", undefined],
  ["http://localhost:4566/b", undefined],
  ["not an address", undefined],
])("%s", (address, expected) => {
  expect(objectOf(address, here)).toEqual(expected);
});
