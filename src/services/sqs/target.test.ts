// Delivering to queues by their ARNs, from a service that knows nothing of SQS.

import { afterEach, beforeEach, expect, test } from "vitest";
import { defineService } from "../../core/service.ts";
import type { Aim, TargetOutcome } from "../../core/target.ts";
import type { Sts } from "../../model/generated/sts.d.ts";
import { modelOf } from "../../model/handle.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import sqs from "./index.ts";

let cloud: TestCloud;
let aims: readonly Aim[];
let outcomes: readonly TargetOutcome[];

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

const arn = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const aim = (name: string, input: string, more: Partial<Aim> = {}): Aim => ({
  arn: arn(name),
  input,
  source: "events.amazonaws.com",
  sourceArn: "arn:aws:events:us-east-1:000000000000:rule/r",
  ...more,
});

async function bodies(name: string): Promise<readonly string[]> {
  const QueueUrl = `http://localhost:4566/000000000000/${name}`;
  const found: string[] = [];
  for (;;) {
    const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", {
      QueueUrl,
      MaxNumberOfMessages: 10,
    });
    if (Messages.length === 0) return found;
    found.push(...Messages.map(({ Body }: { readonly Body: string }) => Body));
  }
}

beforeEach(async () => {
  cloud = await testCloud([sqs, deliverer]);
  await cloud.call("sqs", "CreateQueue", { QueueName: "a" });
  await cloud.call("sqs", "CreateQueue", { QueueName: "b.fifo", Attributes: { FifoQueue: "true" } });
});
afterEach(() => cloud.stop());

test("aims of several queues all arrive, and each has its outcome", async () => {
  aims = [...Array(25).keys()].map((at) => aim("a", `m${at}`));
  aims = [...aims, aim("missing", "x"), aim("a", "last")];
  await cloud.call("sts", "GetCallerIdentity");
  expect((await bodies("a")).length).toBe(26);
  expect(outcomes.map(({ failure }) => failure?.code)).toEqual([
    ...Array(25).fill(undefined),
    "QueueDoesNotExist",
    undefined,
  ]);
  expect(outcomes[25]?.failure?.passing).toBe(false);
});

test("a FIFO queue needs its message group, and one of a batch fails alone", async () => {
  const parameters = { SqsParameters: { MessageGroupId: "g", MessageDeduplicationId: "d" } };
  aims = [aim("b.fifo", "in", { parameters }), aim("b.fifo", "out")];
  await cloud.call("sts", "GetCallerIdentity");
  expect(await bodies("b.fifo")).toEqual(["in"]);
  expect(outcomes[1]?.failure).toMatchObject({ code: "MissingParameter", passing: false });
});

test("an ARN that no service owns fails by name", async () => {
  aims = [{ ...aim("a", "x"), arn: "arn:aws:nothing:us-east-1:000000000000:thing/x" }];
  await cloud.call("sts", "GetCallerIdentity");
  expect(outcomes[0]?.failure).toMatchObject({ code: "NotImplemented", passing: false });
});
