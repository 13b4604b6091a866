// The most messages that a queue may have in flight.

import { expect, test } from "vitest";
import { unpack } from "../../../base/tuple.ts";
import { rootPrincipal } from "../../../core/principal.ts";
import type { TestCloud } from "../../test-cloud.ts";
import { sqsCloud, testQueue } from "../test-queue.ts";

test("a queue with 120,000 messages in flight answers OverLimit until one of them is deleted or visible again", async () => {
  const cloud = await sqsCloud();
  const queue = await testQueue(cloud, "q");
  await queue.send("a", "b", "c");
  const received = await queue.receive({ MaxNumberOfMessages: 2 });
  await multiplyInFlight(cloud, 119_998);
  await expect(queue.call("ReceiveMessage")).rejects.toMatchObject({ code: "OverLimit" });
  await queue.delete(received[0]!);
  expect(await queue.bodies()).toEqual(["c"]);
  await expect(queue.call("ReceiveMessage")).rejects.toMatchObject({ code: "OverLimit" });
  await cloud.advance(30_000);
  expect((await queue.receive()).length).toBe(10);
});

/** Copies the first message in flight, as though so many more had been received: to receive them takes too long. */
function multiplyInFlight(cloud: TestCloud, times: number): Promise<void> {
  const call = { account: "000000000000", region: "us-east-1" };
  const info = {
    requestId: "",
    principal: rootPrincipal(call.account),
    endpoint: "",
    sourceIp: "",
    userAgent: "",
  };
  return cloud.kernel.transact(call, info, async (tx) => {
    const start = tx.key("sqs", "messages");
    const entries = await tx.raw.scan({ start, end: `${start}\xff` });
    const first = entries.find(({ key }) => unpack(key)[5] === "ready" && Number(unpack(key)[6]) > tx.now)!;
    const [, , , , id, , visibleAt] = unpack(first.key);
    for (let at = 0; at < times; at++) {
      tx.raw.put(tx.key("sqs", "messages", id!, "ready", visibleAt!, 1e9 + at, `copy-${at}`), first.value);
    }
    for (const counter of ["added", "received"]) tx.raw.add(tx.key("sqs", "messages", id!, counter), times);
  });
}
