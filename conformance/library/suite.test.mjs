// A user's test suite: a cloud for the file, emptied between tests.

import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Cloud } from "cumulet";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

let cloud;
let sqs;
beforeAll(async () => {
  cloud = await Cloud.start({ ephemeral: true, port: 0 });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  sqs = new SQSClient({ endpoint: cloud.endpoint, region: "us-east-1", credentials });
});
afterEach(() => cloud.reset());
afterAll(() => cloud.stop());

test.each(["first", "second"])("the %s test has the cloud for itself", async (QueueName) => {
  expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
  await sqs.send(new CreateQueueCommand({ QueueName }));
  expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toHaveLength(1);
});
