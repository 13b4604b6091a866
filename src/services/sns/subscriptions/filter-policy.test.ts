// Filter policies: what they let through, and what is refused as one.

import { expect, test } from "vitest";
import { heard, snsCloud, topic } from "../test-topic.ts";

const text = (StringValue: string, DataType = "String") => ({ DataType, StringValue });

test.each([
  ["equality", { a: ["x"] }, { a: text("x") }, { a: text("y") }],
  ["a missing attribute", { a: ["x"] }, { a: text("x") }, {}],
  ["prefix", { a: [{ prefix: "ab" }] }, { a: text("abc") }, { a: text("cab") }],
  ["suffix", { a: [{ suffix: "ab" }] }, { a: text("cab") }, { a: text("abc") }],
  ["anything-but", { a: [{ "anything-but": ["x"] }] }, { a: text("y") }, { a: text("x") }],
  [
    "anything-but a prefix",
    { a: [{ "anything-but": { prefix: "x" } }] },
    { a: text("y") },
    { a: text("xy") },
  ],
  ["numeric", { a: [{ numeric: [">", 1, "<=", 5] }] }, { a: text("5", "Number") }, { a: text("5") }],
  ["exists", { a: [{ exists: false }] }, {}, { a: text("x") }],
  ["case", { a: [{ "equals-ignore-case": "TAB" }] }, { a: text("tab") }, { a: text("tabs") }],
  ["cidr", { a: [{ cidr: "10.0.0.0/24" }] }, { a: text("10.0.0.9") }, { a: text("10.0.1.9") }],
  [
    "one of an array",
    { a: ["x"] },
    { a: text('["w","x"]', "String.Array") },
    { a: text('["w"]', "String.Array") },
  ],
  ["$or", { $or: [{ a: ["x"] }, { b: ["y"] }] }, { b: text("y") }, { a: text("y") }],
  ["all of its keys", { a: ["x"], b: ["y"] }, { a: text("x"), b: text("y") }, { a: text("x") }],
])("a policy on attributes filters by %s", async (_name, policy, yes, no) => {
  const cloud = await snsCloud();
  const TopicArn = await topic(cloud);
  const queue = await heard(cloud, TopicArn, "q", { FilterPolicy: JSON.stringify(policy) });
  await cloud.call("sns", "Publish", { TopicArn, Message: "yes", MessageAttributes: yes });
  await cloud.call("sns", "Publish", { TopicArn, Message: "no", MessageAttributes: no });
  expect(await queue.texts()).toEqual(["yes"]);
});

test("a policy on the body filters by nested fields; what is no JSON object is not let through", async () => {
  const cloud = await snsCloud();
  const TopicArn = await topic(cloud);
  const queue = await heard(cloud, TopicArn, "q", {
    FilterPolicyScope: "MessageBody",
    FilterPolicy: JSON.stringify({ order: { state: ["paid"], sum: [{ numeric: [">=", 10] }] } }),
    RawMessageDelivery: "true",
  });
  const right = JSON.stringify({ order: { state: "paid", sum: 10 } });
  for (const Message of [right, JSON.stringify({ order: { state: "paid", sum: 9 } }), "paid", "[1]"]) {
    await cloud.call("sns", "Publish", { TopicArn, Message });
  }
  expect((await queue.messages()).map(({ Body }) => Body)).toEqual([right]);
});

test("a policy that is changed counts from then on", async () => {
  const cloud = await snsCloud();
  const TopicArn = await topic(cloud);
  const queue = await heard(cloud, TopicArn, "q", { FilterPolicy: '{"a":["x"]}' });
  const publish = (Message: string) => cloud.call("sns", "Publish", { TopicArn, Message });
  await publish("one");
  await cloud.settle();
  await cloud.call("sns", "SetSubscriptionAttributes", {
    SubscriptionArn: queue.subscription,
    AttributeName: "FilterPolicy",
    AttributeValue: "{}",
  });
  await publish("two");
  expect(await queue.texts()).toEqual(["two"]);
});

test.each([
  ["{", "Invalid parameter: FilterPolicy: failed to parse JSON."],
  ['{"a":[]}', "Invalid parameter: FilterPolicy: Empty arrays are not allowed"],
  ['{"a":"x"}', 'Invalid parameter: FilterPolicy: "a" must be an object or an array'],
  ['{"a":[{"like":"x"}]}', "Invalid parameter: FilterPolicy: Unrecognized match type like"],
  ['{"a":[{"wildcard":"x*"}]}', "Invalid parameter: FilterPolicy: Unrecognized match type wildcard"],
  ['{"a":{"b":["x"]}}', "Filter policy scope MessageAttributes does not support nested filter policy"],
  [
    JSON.stringify(Object.fromEntries("abcdef".split("").map((key) => [key, ["x"]]))),
    "Invalid parameter: FilterPolicy: Filter policy can not have more than 5 keys",
  ],
  [
    JSON.stringify({ a: Array.from({ length: 151 }, (_, at) => `v${at}`) }),
    "Invalid parameter: FilterPolicy: Filter policy is too complex",
  ],
])("%s is refused", async (FilterPolicy, message) => {
  const cloud = await snsCloud();
  const TopicArn = await topic(cloud);
  await expect(heard(cloud, TopicArn, "q", { FilterPolicy })).rejects.toThrow(message);
});

test("a topic has at most two hundred filter policies", async () => {
  const cloud = await snsCloud();
  const TopicArn = await topic(cloud);
  const subscribe = (at: number, Attributes = {}) =>
    cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sms", Endpoint: `+1555${1000 + at}`, Attributes });
  const FilterPolicy = '{"a":["x"]}';
  for (let at = 0; at < 199; at++) await subscribe(at, { FilterPolicy });
  const { SubscriptionArn } = await subscribe(199);
  const set = (AttributeValue: string) =>
    cloud.call("sns", "SetSubscriptionAttributes", {
      SubscriptionArn,
      AttributeName: "FilterPolicy",
      AttributeValue,
    });
  await set(FilterPolicy);
  await set('{"a":["y"]}');
  const refused = { code: "FilterPolicyLimitExceeded" };
  await expect(subscribe(200, { FilterPolicy })).rejects.toMatchObject(refused);
  await subscribe(200);
  await set("{}");
  await subscribe(201, { FilterPolicy });
  await expect(set(FilterPolicy)).rejects.toMatchObject(refused);
});
