// Who is told of what happens to stacks: topics and the default bus.

import { expect, test } from "vitest";
import events from "../../events/index.ts";
import { stackCloud } from "../test-stacks.ts";

const queue = (properties: object = {}) => ({ Type: "AWS::SQS::Queue", Properties: properties });

/** What has come to the queue, parsed. */
async function received(stacks: Awaited<ReturnType<typeof stackCloud>>, QueueUrl: string) {
  const bodies: Record<string, unknown>[] = [];
  for (;;) {
    const { Messages = [] } = await stacks.cloud.call("sqs", "ReceiveMessage", {
      QueueUrl,
      MaxNumberOfMessages: 10,
    });
    if (Messages.length === 0) return bodies;
    for (const { Body, ReceiptHandle } of Messages as { Body: string; ReceiptHandle: string }[]) {
      bodies.push(JSON.parse(Body));
      await stacks.cloud.call("sqs", "DeleteMessage", { QueueUrl, ReceiptHandle });
    }
  }
}

test("the default bus hears of stacks, resources and drift", async () => {
  const stacks = await stackCloud([events]);
  const { QueueUrl } = await stacks.cloud.call("sqs", "CreateQueue", { QueueName: "heard" });
  await stacks.cloud.call("events", "PutRule", {
    Name: "r",
    EventPattern: JSON.stringify({ source: ["aws.cloudformation"] }),
  });
  const Targets = [{ Id: "q", Arn: "arn:aws:sqs:us-east-1:000000000000:heard" }];
  await stacks.cloud.call("events", "PutTargets", { Rule: "r", Targets });
  const { StackId } = await stacks.create("s", { Resources: { Q: queue() } }, { ClientRequestToken: "t-1" });
  const { Q } = await stacks.resources("s");
  const { StackDriftDetectionId } = await stacks.call("DetectStackDrift", { StackName: "s" });
  await stacks.cloud.settle();
  const all = await received(stacks, QueueUrl);
  const shown = all.map(({ "detail-type": type, detail }) => {
    const { "status-details": status, ...rest } = detail as Record<string, Record<string, unknown>>;
    return [type, status?.status ?? status?.["detection-status"], rest] as const;
  });
  // A bus promises no order.
  const of = (type: string) =>
    Object.fromEntries(
      shown.flatMap(([each, status, detail]) =>
        each === `CloudFormation ${type} Status Change` ? [[status, detail]] : [],
      ),
    );
  const common = { "stack-id": StackId, "client-request-token": "t-1" };
  expect(of("Stack")).toEqual({ CREATE_IN_PROGRESS: common, CREATE_COMPLETE: common });
  expect(of("Resource").CREATE_COMPLETE).toEqual({
    ...common,
    "logical-resource-id": "Q",
    "physical-resource-id": Q?.id,
    "resource-type": "AWS::SQS::Queue",
  });
  expect(Object.keys(of("Drift Detection")).sort()).toEqual(["DETECTION_COMPLETE", "DETECTION_IN_PROGRESS"]);
  expect(of("Drift Detection").DETECTION_COMPLETE).toMatchObject({
    "stack-drift-detection-id": StackDriftDetectionId,
    "drift-detection-details": { "drifted-stack-resource-count": 0 },
  });
  expect(all[0]).toMatchObject({ source: "aws.cloudformation", resources: [StackId], region: "us-east-1" });
  await stacks.cloud.stop();
});

test("a stack's topics are sent each event in AWS's lines", async () => {
  const stacks = await stackCloud();
  const { TopicArn } = await stacks.cloud.call("sns", "CreateTopic", { Name: "news" });
  const { QueueUrl } = await stacks.cloud.call("sqs", "CreateQueue", { QueueName: "heard" });
  await stacks.cloud.call("sqs", "SetQueueAttributes", {
    QueueUrl,
    Attributes: {
      Policy: JSON.stringify({
        Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }],
      }),
    },
  });
  await stacks.cloud.call("sns", "Subscribe", {
    TopicArn,
    Protocol: "sqs",
    Endpoint: "arn:aws:sqs:us-east-1:000000000000:heard",
  });
  const { StackId } = await stacks.create(
    "s",
    { Resources: { Q: queue({ DelaySeconds: 5 }) } },
    { NotificationARNs: [TopicArn] },
  );
  const { Q } = await stacks.resources("s");
  const messages = await received(stacks, QueueUrl);
  expect(messages).toHaveLength(5);
  expect(messages[0]?.Subject).toBe("AWS CloudFormation Notification");
  const texts = messages.map(({ Message }) => String(Message));
  const done = texts.find((text) =>
    /ResourceStatus='CREATE_COMPLETE'\nR.*\nResourceType='AWS::SQS/.test(text),
  );
  const lines = Object.fromEntries(
    (done ?? "").split("\n").flatMap((line) => {
      const at = line.indexOf("=");
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
  expect(lines).toMatchObject({
    StackId: `'${StackId}'`,
    LogicalResourceId: "'Q'",
    Namespace: "'000000000000'",
    PhysicalResourceId: `'${Q?.id}'`,
    ResourceProperties: `'{"DelaySeconds":5}'`,
    StackName: "'s'",
    ClientRequestToken: "'null'",
  });
  await stacks.cloud.stop();
});
