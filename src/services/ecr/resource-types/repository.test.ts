// Repositories as templates declare them.

import { expect, test } from "vitest";
import { provisioner } from "../../test-resource-type.ts";
import { ecrCloud } from "../test-ecr.ts";

const type = "AWS::ECR::Repository";

test("a repository is made, read, changed and removed by a template", async () => {
  const { cloud, push } = await ecrCloud();
  const types = provisioner(cloud);
  const statement = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" };
  const lifecycle = {
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 5 },
        action: { type: "expire" },
      },
    ],
  };
  const before = {
    RepositoryName: "app",
    ImageTagMutability: "IMMUTABLE",
    ImageScanningConfiguration: { ScanOnPush: true },
    LifecyclePolicy: { LifecyclePolicyText: JSON.stringify(lifecycle) },
    RepositoryPolicyText: { Version: "2012-10-17", Statement: [statement] },
    Tags: [{ Key: "team", Value: "a" }],
  };
  const { id, attributes } = await types.create(type, before);
  expect(id).toBe("app");
  expect(attributes).toEqual({
    Arn: "arn:aws:ecr:us-east-1:000000000000:repository/app",
    RepositoryUri: "localhost:4566/app",
  });
  expect(await types.read(type, id)).toMatchObject({ ...before, ...attributes });
  const after = { RepositoryName: "app", EmptyOnDelete: true };
  await types.update(type, id, after, before);
  const read = await types.read(type, id);
  expect(read).toMatchObject({
    ImageTagMutability: "MUTABLE",
    ImageScanningConfiguration: { ScanOnPush: false },
  });
  for (const gone of ["LifecyclePolicy", "RepositoryPolicyText", "Tags"])
    expect(read?.[gone]).toBeUndefined();
  await push("app", "one", "v1");
  await expect(types.delete(type, id, before)).rejects.toThrow("still contains images");
  await types.delete(type, id, after);
  expect(await types.read(type, id)).toBeUndefined();
  expect(await types.list(type)).toEqual([]);
});

test("a registry's policy is put and taken away by a template", async () => {
  const { cloud } = await ecrCloud();
  const types = provisioner(cloud);
  const PolicyText = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111111111111:root" },
        Action: "ecr:ReplicateImage",
        Resource: "*",
      },
    ],
  };
  const registry = "AWS::ECR::RegistryPolicy";
  const { id } = await types.create(registry, { PolicyText });
  expect(await types.read(registry, id)).toEqual({ RegistryId: "000000000000", PolicyText });
  await types.delete(registry, id);
  expect(await types.read(registry, id)).toBeUndefined();
});
