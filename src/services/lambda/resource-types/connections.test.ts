// What connects functions to others, as templates declare it.

import { expect, onTestFinished, test } from "vitest";
import sqs from "../../sqs/index.ts";
import { provisioner } from "../../test-resource-type.ts";
import { lambdaCloud } from "../testing/fixtures.ts";

const EventSourceArn = "arn:aws:sqs:us-east-1:000000000000:q";
const arn = "arn:aws:lambda:us-east-1:000000000000:function:f";

test("a mapping is read as the template names its function, which has then not drifted", async () => {
  const cloud = await lambdaCloud(undefined, [sqs]);
  onTestFinished(() => cloud.stop());
  await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
  await cloud.create("f");
  const types = provisioner(cloud);
  const type = "AWS::Lambda::EventSourceMapping";
  const given = { FunctionName: "f", EventSourceArn };
  /** It waits for the mapping's next state, which a stopped clock does not bring. */
  const later = async <T>(work: Promise<T>): Promise<T> => {
    await cloud.advance(30_000);
    return work;
  };
  const { id } = await later(types.create(type, given));
  expect(await types.read(type, id, given)).toMatchObject(given);
  expect(await types.read(type, id, { ...given, FunctionName: "other" })).toMatchObject({
    FunctionName: arn,
  });
  await later(types.delete(type, id, given));
  expect(await types.read(type, id, given)).toBeUndefined();
});
