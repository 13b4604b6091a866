// Tests that a handle joins a model with its generated types.

import { expect, expectTypeOf, test } from "vitest";
import type { Dynamodb } from "./generated/dynamodb.d.ts";
import type { Ec2 } from "./generated/ec2.d.ts";
import type { PutObjectRequest, S3 } from "./generated/s3.d.ts";
import type { Message, Sqs } from "./generated/sqs.d.ts";
import { modelOf } from "./handle.ts";
import type { ByteStream } from "./shapes.ts";

test("a handle carries its service's types and loads its model", () => {
  const sqs = modelOf<Sqs>("sqs");
  expect(sqs.load().operations.has("SendMessage")).toBe(true);
  expectTypeOf<Sqs["errors"]>().extract<"QueueDoesNotExist">().toEqualTypeOf<"QueueDoesNotExist">();
  expectTypeOf<Sqs["operations"]["ReceiveMessage"]["output"]["Messages"]>().toEqualTypeOf<
    readonly Message[] | undefined
  >();
  const nothing: Sqs["operations"]["DeleteMessage"]["output"] = {};
  expect(nothing).toEqual({});
});

test("every service's types fit the handle", () => {
  expect(modelOf<Dynamodb>("dynamodb").name).toBe("dynamodb");
  expect(modelOf<S3>("s3").name).toBe("s3");
  expect(modelOf<Ec2>("ec2").name).toBe("ec2");
  expectTypeOf<Ec2["errors"]>().toBeNever();
  expectTypeOf<PutObjectRequest["Body"]>().toEqualTypeOf<ByteStream | undefined>();
});
