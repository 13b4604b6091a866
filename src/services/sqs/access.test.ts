// Queue policies: other accounts, services that act for a resource, and denials.

import { describe, expect, test } from "vitest";
import { anonymousPrincipal, rootPrincipal, servicePrincipal } from "../../core/principal.ts";
import { sqsCloud, testQueue } from "./test-queue.ts";

const other = "111111111111";
const topic = "arn:aws:sns:us-east-1:000000000000:t";

const policy = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

const allow = (more: object) => ({ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*", ...more });

async function guarded(Policy?: string) {
  const cloud = await sqsCloud();
  const queue = await testQueue(cloud, "q", Policy === undefined ? {} : { Policy });
  const send = (
    principal: Parameters<typeof cloud.as>[0]["principal"],
    operation = "SendMessage",
    more = {},
  ) =>
    cloud
      .as(principal === undefined ? {} : { principal })
      .call("sqs", operation, { QueueUrl: queue.url, MessageBody: "m", ...more });
  return { cloud, queue, send };
}

const asTopic = (arn = topic) => servicePrincipal("sns.amazonaws.com", arn.split(":")[4]!, arn);
const denied = { code: "AccessDenied" };

describe("a queue without a policy", () => {
  test("lets in its own account and the services that act for it, and nobody else", async () => {
    const { send } = await guarded();
    await send(undefined);
    await send(asTopic());
    await expect(send(asTopic(`arn:aws:sns:us-east-1:${other}:t`))).rejects.toMatchObject(denied);
    await expect(send(anonymousPrincipal())).rejects.toMatchObject(denied);
    await expect(send(rootPrincipal(other))).rejects.toMatchObject({
      code: "AccessDenied",
      message: `User: arn:aws:iam::${other}:root is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:q because no resource-based policy allows the sqs:sendmessage action`,
    });
  });
});

describe("a queue's policy", () => {
  test("lets a service in for the resource that it names, and for no other", async () => {
    const { send } = await guarded(
      policy(
        allow({
          Principal: { Service: "sns.amazonaws.com" },
          Condition: { ArnEquals: { "aws:SourceArn": topic } },
        }),
      ),
    );
    await send(asTopic());
    await expect(send(asTopic(`${topic}2`))).rejects.toMatchObject(denied);
    const rule = servicePrincipal("events.amazonaws.com", "000000000000", topic);
    await expect(send(rule)).rejects.toMatchObject(denied);
    // The account's own callers, and a service that does its own work there, need no permission.
    await send(undefined);
    await send(servicePrincipal("lambda.amazonaws.com", "000000000000"));
  });

  test("opens single actions to another account, batches by the same name", async () => {
    const { send, queue } = await guarded(policy(allow({ Principal: { AWS: other } })));
    const stranger = rootPrincipal(other);
    await send(stranger);
    await send(stranger, "SendMessageBatch", { Entries: [{ Id: "a", MessageBody: "m" }] });
    await expect(send(stranger, "ReceiveMessage")).rejects.toMatchObject(denied);
    expect(await queue.counts()).toEqual([2, 0, 0]);
  });

  test("cannot open to others what is the owner's alone", async () => {
    const { send } = await guarded(policy(allow({ Principal: "*", Action: "sqs:*" })));
    await send(anonymousPrincipal());
    await expect(send(rootPrincipal(other), "DeleteQueue")).rejects.toMatchObject(denied);
    await expect(send(rootPrincipal(other), "TagQueue", { Tags: { a: "b" } })).rejects.toMatchObject(denied);
  });

  test("denies its own account too, but never the root user the way out", async () => {
    const { send, queue } = await guarded(
      policy({ ...allow({ Principal: "*", Action: "*" }), Effect: "Deny" }),
    );
    await expect(send(undefined)).rejects.toMatchObject({
      code: "AccessDenied",
      message: expect.stringMatching(/with an explicit deny in a resource-based policy$/),
    });
    await queue.call("SetQueueAttributes", { Attributes: { Policy: "" } });
    await send(undefined);
  });

  test("must be a policy for queues", async () => {
    const { queue } = await guarded();
    for (const Policy of [
      policy(allow({})),
      policy(allow({ Principal: "*", Action: "sns:Publish" })),
      policy({ ...allow({ Principal: "*" }), Effect: "Perhaps" }),
    ]) {
      await expect(queue.call("SetQueueAttributes", { Attributes: { Policy } })).rejects.toMatchObject({
        code: "InvalidAttributeValue",
      });
    }
  });
});
