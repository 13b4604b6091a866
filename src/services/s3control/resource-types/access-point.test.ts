// Access points as templates declare them.

import { expect, test } from "vitest";
import s3 from "../../s3/index.ts";
import { testCloud } from "../../test-cloud.ts";
import { provisioner } from "../../test-resource-type.ts";
import s3control from "../index.ts";

test("an access point has its policy and alias, and goes", async () => {
  const cloud = await testCloud([s3, s3control]);
  const types = provisioner(cloud);
  const type = "AWS::S3::AccessPoint";
  await cloud.call("s3", "CreateBucket", { Bucket: "things" });
  const policy = (action: string) => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::000000000000:root" },
        Action: action,
        Resource: "arn:aws:s3:us-east-1:000000000000:accesspoint/own/object/*",
      },
    ],
  });
  const first = { Bucket: "things", Name: "own", Policy: policy("s3:GetObject") };
  const made = await types.create(type, first, { tags: { a: "b" } });
  expect(made.attributes).toMatchObject({ Name: "own", NetworkOrigin: "Internet" });
  expect(made.attributes?.Alias).toMatch(/^own-\w+-s3alias$/);
  await types.update(type, "own", { ...first, Policy: policy("s3:PutObject") }, first);
  expect(await types.read(type, "own")).toMatchObject({ Bucket: "things", Policy: policy("s3:PutObject") });
  expect(await types.list(type)).toEqual(["own"]);
  await types.delete(type, "own", first);
  expect(await types.read(type, "own")).toBeUndefined();
  const unnamed = await types.create(type, { Bucket: "things" });
  expect(unnamed.id).toMatch(/^test-resource-[a-z0-9]{12}$/);
  await cloud.stop();
});
