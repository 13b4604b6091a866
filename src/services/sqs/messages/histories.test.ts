// Random histories of sends, receives, deletions, visibility changes and moved
// time, against a model so simple that it is evidently right. It says exactly
// which messages a receive must find, in standard queues and in FIFO ones.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { TestCloud } from "../../test-cloud.ts";
import { testCloud } from "../../test-cloud.ts";
import sqs from "../index.ts";
import { type TestQueue, testQueue } from "../test-queue.ts";

interface ModelMessage {
  readonly body: string;
  readonly group: string;
  visibleAt: number;
  inFlight: boolean;
  handle?: string;
}

type Step =
  | { readonly do: "send"; readonly group: string; readonly delay: number }
  | { readonly do: "receive"; readonly most: number; readonly timeout: number }
  | { readonly do: "delete" | "change"; readonly which: number; readonly timeout: number }
  | { readonly do: "advance"; readonly seconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("send" as const),
    group: fc.constantFrom("a", "b", "c"),
    delay: fc.constantFrom(0, 0, 2),
  }),
  fc.record({
    do: fc.constant("receive" as const),
    most: fc.integer({ min: 1, max: 4 }),
    timeout: fc.integer({ min: 0, max: 4 }),
  }),
  fc.record({
    do: fc.constantFrom("delete" as const, "change" as const),
    which: fc.nat(20),
    timeout: fc.integer({ min: 0, max: 4 }),
  }),
  fc.record({ do: fc.constant("advance" as const), seconds: fc.integer({ min: 1, max: 3 }) }),
);

/** What a receive may find, group by group in order. */
function receivable(messages: readonly ModelMessage[], fifo: boolean, now: number): ModelMessage[][] {
  const visible = (message: ModelMessage): boolean => message.visibleAt <= now;
  if (!fifo) return messages.filter(visible).map((message) => [message]);
  return ["a", "b", "c"].flatMap((name) => {
    const line = messages.filter((message) => message.group === name);
    if (line.some((message) => message.inFlight && !visible(message))) return [];
    const end = line.findIndex((message) => !visible(message));
    return [end < 0 ? line : line.slice(0, end)];
  });
}

async function play(
  cloud: TestCloud,
  queue: TestQueue,
  fifo: boolean,
  steps: readonly Step[],
): Promise<void> {
  let messages: ModelMessage[] = [];
  let now = 0;
  let serial = 0;
  for (const each of steps) {
    if (each.do === "advance") {
      await cloud.advance(each.seconds * 1000);
      now += each.seconds;
    } else if (each.do === "send") {
      const body = `${serial++}`;
      const delay = fifo ? {} : { DelaySeconds: each.delay };
      const group = fifo ? { MessageGroupId: each.group, MessageDeduplicationId: body } : {};
      await queue.call("SendMessage", { MessageBody: body, ...delay, ...group });
      messages.push({ body, group: each.group, visibleAt: now + (fifo ? 0 : each.delay), inFlight: false });
    } else if (each.do === "receive") {
      const lines = receivable(messages, fifo, now);
      const received = await queue.receive({
        MaxNumberOfMessages: each.most,
        VisibilityTimeout: each.timeout,
      });
      expect(received).toHaveLength(Math.min(each.most, lines.flat().length));
      const bodies = received.map((message) => message.Body);
      for (const line of lines) {
        const taken = bodies.filter((body) => line.some((message) => message.body === body));
        expect(taken).toEqual(line.slice(0, taken.length).map((message) => message.body));
      }
      for (const { Body, ReceiptHandle } of received) {
        const message = messages.find((known) => known.body === Body);
        expect(message).toBeDefined();
        Object.assign(message!, { visibleAt: now + each.timeout, inFlight: true, handle: ReceiptHandle });
      }
    } else {
      const handled = messages.filter((message) => message.handle !== undefined);
      const message = handled[each.which % Math.max(handled.length, 1)];
      if (message === undefined) continue;
      const ReceiptHandle = message.handle;
      const hidden = message.visibleAt > now;
      if (each.do === "delete") {
        const deletion = queue.call("DeleteMessage", { ReceiptHandle });
        if (fifo && !hidden) await expect(deletion).rejects.toMatchObject({ code: "InvalidParameterValue" });
        else {
          await deletion;
          messages = messages.filter((other) => other !== message);
        }
      } else {
        await queue.call("ChangeMessageVisibility", { ReceiptHandle, VisibilityTimeout: each.timeout });
        if (hidden) message.visibleAt = now + each.timeout;
      }
    }
    const inFlight = messages.filter((message) => message.inFlight && message.visibleAt > now).length;
    const delayed = messages.filter((message) => !message.inFlight && message.visibleAt > now).length;
    expect(await queue.counts()).toEqual([messages.length - inFlight - delayed, inFlight, delayed]);
  }
}

test.each([
  ["standard", "q", {}],
  ["FIFO", "q.fifo", { FifoQueue: "true" }],
])("a %s queue does as the model says, whatever happens", async (_kind, name, attributes) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
      const cloud = await testCloud([sqs]);
      try {
        await play(cloud, await testQueue(cloud, name, attributes), name.endsWith(".fifo"), steps);
        expect(cloud.log.filter((entry) => entry.level === "error")).toEqual([]);
      } finally {
        await cloud.stop();
      }
    }),
    { numRuns: 100 },
  );
});
