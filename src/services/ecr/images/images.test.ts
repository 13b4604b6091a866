// Images and layers by ECR's own operations.

import { expect, test } from "vitest";
import type { ServiceDefinition } from "../../../core/service.ts";
import { digestOf, ecrCloud, listener, manifestOf } from "../test-ecr.ts";
import { mediaTypes } from "./manifest.ts";

const repositoryName = "app";

async function filled(...services: readonly ServiceDefinition[]) {
  const ecr = await ecrCloud(...services);
  await ecr.call("CreateRepository", { repositoryName });
  const call: typeof ecr.call = (operation, input = {}) => ecr.call(operation, { repositoryName, ...input });
  const push = (content: string, tag?: string) => ecr.push(repositoryName, content, tag);
  return { ...ecr, call, push };
}

test("an image is put once its layers are there, and fetched by tag and digest", async () => {
  const { call, push } = await filled();
  await expect(call("PutImage", { imageManifest: manifestOf("hello") })).rejects.toMatchObject({
    code: "LayersNotFoundException",
  });
  const imageDigest = await push("hello", "v1");
  expect(imageDigest).toBe(digestOf(manifestOf("hello")));
  const { images, failures } = await call("BatchGetImage", {
    imageIds: [{ imageTag: "v1" }, { imageDigest }, { imageTag: "none" }, {}],
  });
  expect(images).toMatchObject([
    { imageId: { imageDigest, imageTag: "v1" }, imageManifest: manifestOf("hello") },
    { imageId: { imageDigest }, imageManifestMediaType: mediaTypes.image },
  ]);
  expect(failures.map((each: { failureCode: string }) => each.failureCode)).toEqual([
    "ImageNotFound",
    "MissingDigestAndTag",
  ]);
  const { imageDetails } = await call("DescribeImages", { imageIds: [{ imageTag: "v1" }] });
  expect(imageDetails).toMatchObject([{ imageTags: ["v1"], imageSizeInBytes: 5, imageDigest }]);
  await expect(call("DescribeImages", { imageIds: [{ imageTag: "v2" }] })).rejects.toMatchObject({
    code: "ImageNotFoundException",
    message:
      "The image with imageId {imageDigest:'null', imageTag:'v2'} does not exist within the repository with name 'app' in the registry with id '000000000000'",
  });
});

test("a tag moves to another image, unless the repository forbids it", async () => {
  const { call, push } = await filled();
  const first = await push("one", "v1");
  const second = await push("two", "v1");
  const { imageIds } = await call("ListImages");
  expect(imageIds).toHaveLength(2);
  expect(imageIds).toEqual(
    expect.arrayContaining([{ imageDigest: first }, { imageDigest: second, imageTag: "v1" }]),
  );
  expect((await call("ListImages", { filter: { tagStatus: "UNTAGGED" } })).imageIds).toEqual([
    { imageDigest: first },
  ]);
  await call("PutImageTagMutability", {
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "dev-*" }],
  });
  await expect(push("three", "v1")).rejects.toMatchObject({ code: "ImageTagAlreadyExistsException" });
  await push("three", "dev-1");
  await push("four", "dev-1");
  await expect(push("two", "v1")).rejects.toMatchObject({ code: "ImageAlreadyExistsException" });
});

test("a layer goes with the last image that uses it", async () => {
  const { cloud, call, push, upload } = await filled();
  const first = await push("shared", "v1");
  await upload(repositoryName, "more");
  const layers = [
    { digest: digestOf("shared"), size: 6 },
    { digest: digestOf("more"), size: 4 },
  ];
  const imageManifest = manifestOf("shared", { layers });
  const { image } = await call("PutImage", { imageManifest });
  const available = async () => {
    const layerDigests = [digestOf("shared"), digestOf("more")];
    const found = await call("BatchCheckLayerAvailability", { layerDigests });
    return found.layers.map((each: { layerAvailability: string }) => each.layerAvailability);
  };
  await call("BatchDeleteImage", { imageIds: [image.imageId] });
  expect(await available()).toEqual(["AVAILABLE", "UNAVAILABLE"]);
  await call("BatchDeleteImage", { imageIds: [{ imageDigest: first }] });
  expect(await available()).toEqual(["UNAVAILABLE", "UNAVAILABLE"]);
  await cloud.advance(20 * 60_000);
});

test("a tag is deleted, and with the last one the image", async () => {
  const { call, push } = await filled();
  const imageDigest = await push("one", "v1");
  await call("PutImage", { imageManifest: manifestOf("one"), imageTag: "v2" });
  const { imageIds } = await call("BatchDeleteImage", { imageIds: [{ imageTag: "v1" }] });
  expect(imageIds).toEqual([{ imageDigest, imageTag: "v1" }]);
  expect((await call("ListImages")).imageIds).toEqual([{ imageDigest, imageTag: "v2" }]);
  await call("BatchDeleteImage", { imageIds: [{ imageTag: "v2" }] });
  expect((await call("ListImages")).imageIds).toEqual([]);
});

test("a list of manifests needs its images, and holds them", async () => {
  const { call, push } = await filled();
  const list = (digest: string) =>
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [{ digest, size: 1 }] });
  await expect(call("PutImage", { imageManifest: list(digestOf("none")) })).rejects.toMatchObject({
    code: "ReferencedImagesNotFoundException",
  });
  const imageDigest = await push("one");
  const { image } = await call("PutImage", { imageManifest: list(imageDigest), imageTag: "all" });
  const { failures } = await call("BatchDeleteImage", { imageIds: [{ imageDigest }] });
  expect(failures).toMatchObject([{ failureCode: "ImageReferencedByManifestList" }]);
  await call("BatchDeleteImage", { imageIds: [image.imageId] });
  expect((await call("BatchDeleteImage", { imageIds: [{ imageDigest }] })).failures).toEqual([]);
});

test("layers come in parts, one after the other, and must be what their digest says", async () => {
  const { call } = await filled();
  const { uploadId, partSize } = await call("InitiateLayerUpload");
  expect(partSize).toBe(20_971_520);
  const part = (text: string, partFirstByte: number) => {
    const layerPartBlob = Buffer.from(text);
    const partLastByte = partFirstByte + layerPartBlob.length - 1;
    return call("UploadLayerPart", { uploadId, partFirstByte, partLastByte, layerPartBlob });
  };
  const complete = (text: string) =>
    call("CompleteLayerUpload", { uploadId, layerDigests: [digestOf(text)] });
  await expect(complete("")).rejects.toMatchObject({ code: "EmptyUploadException" });
  expect(await part("hello ", 0)).toMatchObject({ lastByteReceived: 5 });
  await expect(part("world", 7)).rejects.toMatchObject({
    code: "InvalidLayerPartException",
    fields: { lastValidByteReceived: 5 },
  });
  await part("world", 6);
  await expect(complete("something else")).rejects.toMatchObject({ code: "InvalidLayerException" });
  expect(await complete("hello world")).toMatchObject({ layerDigest: digestOf("hello world") });
  await expect(complete("hello world")).rejects.toMatchObject({ code: "UploadNotFoundException" });
  const { layers } = await call("BatchCheckLayerAvailability", {
    layerDigests: [digestOf("hello world"), digestOf("none")],
  });
  expect(layers).toMatchObject([{ layerSize: 11 }, { layerAvailability: "UNAVAILABLE" }]);
});

test("an upload that nobody completes is gone after a day, with its bytes", async () => {
  const { cloud, call, blobCount } = await filled();
  const { uploadId } = await call("InitiateLayerUpload");
  await call("UploadLayerPart", {
    uploadId,
    partFirstByte: 0,
    partLastByte: 0,
    layerPartBlob: Buffer.from("x"),
  });
  expect(await blobCount()).toBe(1);
  await cloud.advance(25 * 3_600_000);
  expect(await blobCount()).toBe(0);
  await expect(
    call("CompleteLayerUpload", { uploadId, layerDigests: [digestOf("x")] }),
  ).rejects.toMatchObject({ code: "UploadNotFoundException" });
});

test("pushes and deletions are told to EventBridge", async () => {
  const { heard, service } = listener();
  const { call, push } = await filled(service);
  const digest = await push("one", "v1");
  await call("BatchDeleteImage", { imageIds: [{ imageTag: "v1" }] });
  const common = { result: "SUCCESS", "repository-name": "app", "image-digest": digest, "image-tag": "v1" };
  expect(heard).toMatchObject([
    { "detail-type": "ECR Image Action", detail: { ...common, "action-type": "PUSH" } },
    { "detail-type": "ECR Image Action", detail: { ...common, "action-type": "DELETE" } },
  ]);
});
