// Publish to a topic with ten queues, until every delivery has arrived: as
// envelopes, which are signed, and raw.

import { load, once, signed } from "./load.mjs";

const queues = 10;

export async function sns({ server, row, seconds }) {
  const { port } = server;
  const form = { contentType: "application/x-www-form-urlencoded; charset=utf-8" };
  const sns = (parameters) =>
    signed({
      port,
      service: "sns",
      ...form,
      body: new URLSearchParams({ Version: "2010-03-31", ...parameters }).toString(),
    });
  const sqs = (operation, input) =>
    signed({ port, service: "sqs", target: `AmazonSQS.${operation}`, body: JSON.stringify(input) });

  for (const raw of [false, true]) {
    const name = raw ? "raw" : "envelopes";
    const created = await once(sns({ Action: "CreateTopic", Name: `bench-${name}` }));
    const TopicArn = /<TopicArn>(.*)<\/TopicArn>/.exec(created)[1];
    const urls = [];
    for (let at = 0; at < queues; at++) {
      const { QueueUrl } = await once(sqs("CreateQueue", { QueueName: `bench-${name}-${at}` }));
      urls.push(QueueUrl);
      const attributes = raw
        ? { "Attributes.entry.1.key": "RawMessageDelivery", "Attributes.entry.1.value": "true" }
        : {};
      const Endpoint = `arn:aws:sqs:us-east-1:000000000000:bench-${name}-${at}`;
      await once(sns({ Action: "Subscribe", TopicArn, Protocol: "sqs", Endpoint, ...attributes }));
    }
    const arrived = async () => {
      let sum = 0;
      for (const QueueUrl of urls) {
        const asked = { QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] };
        const { Attributes } = await once(sqs("GetQueueAttributes", asked));
        sum += Number(Attributes.ApproximateNumberOfMessages);
      }
      return sum;
    };
    const message = sns({ Action: "Publish", TopicArn, Message: "m".repeat(200) });
    // Warm, and settled.
    await load({ port, seconds: 0.5, warmup: 0, next: () => message });
    const settled = async () => {
      for (let before = -1; ; ) {
        const now = await arrived();
        if (now === before) return now;
        before = now;
        await new Promise((done) => setTimeout(done, 300));
      }
    };
    const before = await settled();
    const began = performance.now();
    const published = await load({ port, seconds, warmup: 0, next: () => message });
    const expected = before + queues * published.done;
    // Whatever was answered before the load ended arrives, and is part of the time.
    while ((await arrived()) < expected) await new Promise((done) => setTimeout(done, 20));
    const elapsed = (performance.now() - began) / 1000;
    row(`SNS to ${queues} queues, ${name} (deliveries)`, {
      perSecond: (queues * published.done) / elapsed,
      "published/s": published.perSecond,
      p50: published.p50,
      errors: published.errors,
    });
    if (published.errors > 0) throw new Error(published.sample);
  }
}
