// Streams as targets: rules, topics, and deliveries of any number.

import { expect, test } from "vitest";
import { defineService } from "../../core/service.ts";
import type { Aim, TargetOutcome } from "../../core/target.ts";
import type { Sts } from "../../model/generated/sts.d.ts";
import { modelOf } from "../../model/handle.ts";
import events from "../events/index.ts";
import sns from "../sns/index.ts";
import { RoleARN, testFirehose } from "./test-firehose.ts";

const arn = "arn:aws:firehose:us-east-1:000000000000:deliverystream/clicks";

test("a rule's events and a topic's messages become records", async () => {
  const hose = await testFirehose([events, sns]);
  const { cloud } = hose;
  await hose.create();
  await cloud.call("events", "PutRule", { Name: "r", EventPattern: '{"source":["shop"]}' });
  await cloud.call("events", "PutTargets", {
    Rule: "r",
    Targets: [{ Id: "1", Arn: arn, RoleArn: RoleARN, InputPath: "$.detail" }],
  });
  const { TopicArn } = await cloud.call("sns", "CreateTopic", { Name: "t" });
  await cloud.call("sns", "Subscribe", {
    TopicArn,
    Protocol: "firehose",
    Endpoint: arn,
    Attributes: { SubscriptionRoleArn: RoleARN, RawMessageDelivery: "true" },
  });
  await cloud.call("events", "PutEvents", {
    Entries: [{ Source: "shop", DetailType: "order", Detail: '{"id":1}' }],
  });
  await cloud.settle();
  await cloud.call("sns", "Publish", { TopicArn, Message: "told" });
  await cloud.advance(300_000);
  const [object, ...others] = await hose.objects();
  expect(others).toEqual([]);
  expect(object!.text).toContain('{"id":1}');
  expect(object!.text).toContain("told\n");
  await cloud.stop();
});

test("deliveries travel in batches, and each has its outcome", async () => {
  let aims: readonly Aim[] = [];
  let outcomes: readonly TargetOutcome[] = [];
  const deliverer = defineService<Sts>({
    model: modelOf<Sts>("sts"),
    resources: [],
    operations: {
      GetCallerIdentity: {
        waits: async (_input, ctx) => {
          outcomes = await ctx.deliver(aims);
          return {};
        },
      },
    },
  });
  const hose = await testFirehose([deliverer]);
  await hose.create();
  const aim = (input: string, to = arn): Aim => ({
    arn: to,
    input,
    source: "events.amazonaws.com",
    sourceArn: "r",
  });
  aims = [...Array.from({ length: 1200 }, (_each, at) => aim(`${at}\n`)), aim("lost", `${arn}-gone`)];
  await hose.cloud.call("sts", "GetCallerIdentity");
  expect(outcomes.slice(0, 1200).every(({ output, failure }) => output !== undefined && !failure)).toBe(true);
  expect(outcomes[1200]).toMatchObject({ failure: { code: "ResourceNotFoundException", passing: false } });
  await hose.cloud.advance(300_000);
  const [object] = await hose.objects();
  expect(object!.text.trim().split("\n")).toEqual(aims.slice(0, 1200).map((_each, at) => String(at)));
  await hose.cloud.stop();
});
