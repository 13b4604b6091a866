// Repositories and their settings.

import { expect, test } from "vitest";
import { rootPrincipal } from "../../core/principal.ts";
import { ecrCloud } from "./test-ecr.ts";

const repositoryName = "team/app";

test("a repository is made, described and deleted", async () => {
  const { call } = await ecrCloud();
  const { repository } = await call("CreateRepository", { repositoryName });
  expect(repository).toEqual({
    repositoryArn: "arn:aws:ecr:us-east-1:000000000000:repository/team/app",
    registryId: "000000000000",
    repositoryName,
    repositoryUri: "localhost:4566/team/app",
    createdAt: Date.UTC(2024, 0, 1),
    imageTagMutability: "MUTABLE",
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: "AES256" },
  });
  await expect(call("CreateRepository", { repositoryName })).rejects.toMatchObject({
    code: "RepositoryAlreadyExistsException",
    message: "The repository with name 'team/app' already exists in the registry with id '000000000000'",
  });
  expect((await call("DescribeRepositories")).repositories).toEqual([repository]);
  await call("DeleteRepository", { repositoryName });
  await expect(call("DescribeRepositories", { repositoryNames: [repositoryName] })).rejects.toMatchObject({
    code: "RepositoryNotFoundException",
    message: "The repository with name 'team/app' does not exist in the registry with id '000000000000'",
  });
});

test("a name that is none is refused in the service's words", async () => {
  const { call } = await ecrCloud();
  await expect(call("CreateRepository", { repositoryName: "No Name" })).rejects.toMatchObject({
    code: "InvalidParameterException",
    message: expect.stringMatching(/^Invalid parameter at 'repositoryName' failed to satisfy constraint: '/),
  });
});

test("repositories are listed in pages", async () => {
  const { call } = await ecrCloud();
  for (const name of ["aa", "bb", "cc"]) await call("CreateRepository", { repositoryName: name });
  const first = await call("DescribeRepositories", { maxResults: 2 });
  const second = await call("DescribeRepositories", { maxResults: 2, nextToken: first.nextToken });
  const names = [...first.repositories, ...second.repositories].map((each) => each.repositoryName);
  expect(names).toEqual(["aa", "bb", "cc"]);
  expect(second.nextToken).toBeUndefined();
});

test("one with images is deleted by force alone, and what it held goes", async () => {
  const { cloud, call, push, blobCount } = await ecrCloud();
  await call("CreateRepository", { repositoryName });
  await push(repositoryName, "hello", "v1");
  await expect(call("DeleteRepository", { repositoryName })).rejects.toMatchObject({
    code: "RepositoryNotEmptyException",
  });
  await call("DeleteRepository", { repositoryName, force: true });
  await call("CreateRepository", { repositoryName });
  expect((await call("ListImages", { repositoryName })).imageIds).toEqual([]);
  expect(await blobCount()).toBe(2);
  await cloud.advance(20 * 60_000);
  expect(await blobCount()).toBe(0);
});

test("another account sees what the repository's policy allows", async () => {
  const { cloud, call, push } = await ecrCloud();
  await call("CreateRepository", { repositoryName });
  await push(repositoryName, "hello", "v1");
  const other = cloud.as({ principal: rootPrincipal("111111111111") });
  const registryId = "000000000000";
  const fetch = () =>
    other.call("ecr", "BatchGetImage", { registryId, repositoryName, imageIds: [{ imageTag: "v1" }] });
  await expect(fetch()).rejects.toMatchObject({ code: "AccessDeniedException" });
  const policyText = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Pull",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111111111111:root" },
        Action: ["ecr:BatchGetImage"],
      },
    ],
  });
  await call("SetRepositoryPolicy", { repositoryName, policyText });
  expect((await fetch()).images).toHaveLength(1);
  expect(await call("GetRepositoryPolicy", { repositoryName })).toMatchObject({ policyText });
  await expect(other.call("ecr", "ListImages", { registryId, repositoryName })).rejects.toMatchObject({
    code: "AccessDeniedException",
  });
  await call("DeleteRepositoryPolicy", { repositoryName });
  await expect(fetch()).rejects.toMatchObject({ code: "AccessDeniedException" });
  await expect(call("GetRepositoryPolicy", { repositoryName })).rejects.toMatchObject({
    code: "RepositoryPolicyNotFoundException",
  });
  await expect(call("SetRepositoryPolicy", { repositoryName, policyText: "{" })).rejects.toMatchObject({
    code: "InvalidParameterException",
  });
});

test("tags, scanning and mutability are kept", async () => {
  const { call } = await ecrCloud();
  const { repository } = await call("CreateRepository", {
    repositoryName,
    tags: [{ Key: "team", Value: "a" }],
  });
  const resourceArn = repository.repositoryArn;
  await call("TagResource", { resourceArn, tags: [{ Key: "more", Value: "b" }] });
  await call("UntagResource", { resourceArn, tagKeys: ["team"] });
  expect(await call("ListTagsForResource", { resourceArn })).toEqual({ tags: [{ Key: "more", Value: "b" }] });
  await call("PutImageScanningConfiguration", {
    repositoryName,
    imageScanningConfiguration: { scanOnPush: true },
  });
  await call("PutImageTagMutability", { repositoryName, imageTagMutability: "IMMUTABLE" });
  const { repositories } = await call("DescribeRepositories", { repositoryNames: [repositoryName] });
  expect(repositories).toMatchObject([
    { imageScanningConfiguration: { scanOnPush: true }, imageTagMutability: "IMMUTABLE" },
  ]);
  const { scanningConfigurations, failures } = await call("BatchGetRepositoryScanningConfiguration", {
    repositoryNames: [repositoryName, "none"],
  });
  expect(scanningConfigurations).toMatchObject([{ scanOnPush: true, scanFrequency: "SCAN_ON_PUSH" }]);
  expect(failures).toMatchObject([{ failureCode: "REPOSITORY_NOT_FOUND" }]);
});
