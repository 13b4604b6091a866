// Pipes as templates declare them.

import { afterEach, beforeEach, expect, test } from "vitest";
import sqs from "../../sqs/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import { type Provisioner, provisioner } from "../../test-resource-type.ts";
import pipes from "../index.ts";
import { queueArn, RoleArn } from "../testing/fixtures.ts";

let cloud: TestCloud;
let types: Provisioner;
beforeEach(async () => {
  cloud = await testCloud([pipes, sqs]);
  types = provisioner(cloud);
  for (const QueueName of ["in", "out"]) await cloud.call("sqs", "CreateQueue", { QueueName });
});
afterEach(() => cloud.stop());

const type = "AWS::Pipes::Pipe";
const bare = { RoleArn, Source: queueArn("in"), Target: queueArn("out") };
/** Moves the clock while a change is waited for. */
async function moving<T>(change: Promise<T>): Promise<T> {
  let over = false;
  const ended = change.finally(() => {
    over = true;
  });
  ended.catch(() => undefined);
  while (!over) await cloud.advance(50);
  return ended;
}

test("a pipe is made, named, tagged, and runs", async () => {
  const made = await moving(types.create(type, bare, { tags: { team: "a" } }));
  expect(made.id).toMatch(/^test-Resource-/);
  expect(made.attributes?.Arn).toBe(`arn:aws:pipes:us-east-1:000000000000:pipe/${made.id}`);
  expect(await types.read(type, made.id)).toMatchObject({
    CurrentState: "RUNNING",
    Tags: { team: "a" },
    SourceParameters: { SqsQueueParameters: { BatchSize: 10 } },
  });
  expect(await types.list(type)).toEqual([made.id]);
});

test("one whose source is missing fails, and says why", async () => {
  const failing = moving(types.create(type, { ...bare, Source: queueArn("none") }));
  await expect(failing).rejects.toThrow("The specified queue does not exist.");
});

test("what a template no longer says goes back to its default", async () => {
  const before = {
    ...bare,
    Name: "p",
    Description: "d",
    Tags: { a: "1" },
    SourceParameters: { SqsQueueParameters: { BatchSize: 3 } },
    TargetParameters: { InputTemplate: "x" },
  };
  await moving(types.create(type, before));
  await moving(types.update(type, "p", { ...bare, Name: "p", DesiredState: "STOPPED" }, before));
  expect(await types.read(type, "p")).toMatchObject({
    CurrentState: "STOPPED",
    Description: "",
    Tags: {},
    TargetParameters: {},
    SourceParameters: { SqsQueueParameters: { BatchSize: 10 } },
  });
});

test("is deleted when it is gone", async () => {
  const { id } = await moving(types.create(type, bare));
  await moving(types.delete(type, id));
  expect(await types.read(type, id)).toBeUndefined();
});
