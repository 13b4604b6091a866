// PutEvents to one queue, from the first request until the last message lies in
// the queue: with one rule, and with 2,000 rules of which one matches.

import { load, once, signed } from "./load.mjs";

const detail = (n) =>
  JSON.stringify({ order: `o-${n}`, tenant: "t-bench", total: 17, note: "n".repeat(150) });

export async function events({ server, row, seconds }) {
  const { port } = server;
  const sqs = (operation, input) =>
    signed({ port, service: "sqs", target: `AmazonSQS.${operation}`, body: JSON.stringify(input) });
  const bridge = (operation, input) =>
    signed({
      port,
      service: "events",
      target: `AWSEvents.${operation}`,
      contentType: "application/x-amz-json-1.1",
      body: JSON.stringify(input),
    });
  const { QueueUrl } = await once(sqs("CreateQueue", { QueueName: "events" }));
  const arn = "arn:aws:sqs:us-east-1:000000000000:events";
  const count = async () => {
    const { Attributes } = await once(
      sqs("GetQueueAttributes", { QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
    );
    return Number(Attributes.ApproximateNumberOfMessages);
  };
  const put = async (perCall) => {
    const Entries = Array.from({ length: perCall }, (_, n) => ({
      Source: "bench",
      DetailType: "Ordered",
      Detail: detail(n),
    }));
    const request = bridge("PutEvents", { Entries });
    const before = await count();
    const processor = server.processorTime();
    let sent = 0;
    const began = performance.now();
    const result = await load({
      port,
      seconds,
      warmup: 0,
      next: () => {
        sent += perCall;
        return request;
      },
    });
    if (result.errors > 0) throw new Error(result.sample);
    const accepted = (performance.now() - began) / 1000;
    while ((await count()) - before < sent) {
      if (performance.now() - began > 120_000)
        throw new Error(`Of ${sent} events ${(await count()) - before} arrived.`);
      await new Promise((done) => setTimeout(done, 20));
    }
    const total = (performance.now() - began) / 1000;
    const microseconds = (server.processorTime() - processor) / sent;
    return {
      "arrived per second": sent / total,
      "accepted per second": sent / accepted,
      p99: result.p99,
      "CPU us an event": microseconds,
    };
  };
  await once(
    bridge("PutRule", {
      Name: "bench",
      EventPattern: JSON.stringify({ source: ["bench"], detail: { tenant: ["t-bench"] } }),
    }),
  );
  await once(bridge("PutTargets", { Rule: "bench", Targets: [{ Id: "t", Arn: arn }] }));
  await put(1);
  const one = await put(1);
  row("EventBridge, 1 rule, 1 entry a call", one);
  row("EventBridge, 1 rule, 10 entries a call", await put(10));
  for (let n = 1; n < 2000; n++) {
    const EventPattern = JSON.stringify({
      source: ["bench"],
      "detail-type": ["Ordered"],
      detail: { tenant: [`t-${n}`], total: [{ numeric: [">", n % 50] }] },
    });
    await once(bridge("PutRule", { Name: `rule-${n}`, EventPattern }));
  }
  await put(1);
  const many = await put(1);
  row("EventBridge, 2,000 rules, 1 entry a call", {
    ...many,
    "of one rule's": many["arrived per second"] / one["arrived per second"],
    // What else runs on the machine disturbs this less.
    "of one rule's by CPU": one["CPU us an event"] / many["CPU us an event"],
  });
}

/** 100,000 schedules: the memory they take, and how late those are that fire while the others wait. */
export async function schedules({ server, row, seconds }) {
  const { port } = server;
  const sqs = (operation, input) =>
    signed({ port, service: "sqs", target: `AmazonSQS.${operation}`, body: JSON.stringify(input) });
  const { QueueUrl } = await once(sqs("CreateQueue", { QueueName: "schedules" }));
  const create = (Name, at) =>
    signed({
      port,
      service: "scheduler",
      path: `/schedules/${Name}`,
      contentType: "application/json",
      body: JSON.stringify({
        ScheduleExpression: `at(${new Date(at).toISOString().slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: {
          Arn: "arn:aws:sqs:us-east-1:000000000000:schedules",
          RoleArn: "arn:aws:iam::000000000000:role/scheduler",
          Input: "<aws.scheduler.scheduled-time>",
        },
      }),
    });
  const far = Date.now() + 30 * 86_400_000;
  const all = 100_000;
  const memory = server.memory("RssAnon");
  let made = 0;
  const stored = await load({
    port,
    seconds: 120,
    warmup: 0,
    next: () => (made < all ? create(`far-${made}`, far + made++ * 1000) : undefined),
  });
  if (stored.errors > 0) throw new Error(stored.sample);
  await new Promise((done) => setTimeout(done, 2000));
  const grown = server.memory("RssAnon") - memory;
  const perSecond = 100;
  const begin = Math.ceil(Date.now() / 1000 + 5) * 1000;
  const wanted = perSecond * Math.max(5, Math.round(seconds));
  made = 0;
  await load({
    port,
    seconds: 60,
    warmup: 0,
    next: () =>
      made < wanted ? create(`near-${made}`, begin + Math.floor(made++ / perSecond) * 1000) : undefined,
  });
  const late = [];
  const until = begin + (wanted / perSecond) * 1000 + 20_000;
  while (late.length < wanted && Date.now() < until) {
    const { Messages = [] } = await once(
      sqs("ReceiveMessage", {
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        VisibilityTimeout: 3600,
        AttributeNames: ["SentTimestamp"],
      }),
    );
    for (const { Body, Attributes } of Messages)
      late.push(Number(Attributes.SentTimestamp) - Date.parse(Body));
  }
  if (late.length < wanted) throw new Error(`Of ${wanted} schedules ${late.length} fired.`);
  late.sort((a, b) => a - b);
  row("100,000 schedules", {
    "MB more": grown,
    "late ms p50": late[late.length >> 1],
    "late ms p99": late[Math.floor(late.length * 0.99)],
    "late ms most": late.at(-1),
  });
}
