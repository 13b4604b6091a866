// Pollers spread over the nodes that share a store.

import { expect, test } from "vitest";
import { createMemoryStore } from "../store/memory/store.ts";
import { ControllableClock } from "./clock.ts";
import { seededIds } from "./ids.ts";
import { applyJobChange, type RunningJob, takeDue } from "./job-queue.ts";
import type { JobRunnerServices } from "./job-runner.ts";
import { MovableRuns } from "./movable-runs.ts";
import { anonymousPrincipal } from "./principal.ts";
import type { Waiting } from "./waiting.ts";

const lease = 60_000;
const info = { requestId: "", principal: anonymousPrincipal(), endpoint: "", sourceIp: "", userAgent: "" };

function cloudOf(nodeNames: readonly string[]) {
  const store = createMemoryStore();
  const clock = new ControllableClock();
  const ids = seededIds(1);
  let order = 0;
  const queue = { ids, nextOrder: () => order++ };
  const waiting = (_place: object, _info: object, caller: { signal: AbortSignal }) =>
    ({ signal: caller.signal }) as unknown as Waiting;
  const nodes = nodeNames.map((nodeId) => {
    const services = { ...queue, store, clock, nodeId, waiting } as unknown as JobRunnerServices;
    return {
      nodeId,
      runs: new MovableRuns(services, new AbortController().signal),
      polls: new Set<string>(),
    };
  });
  type Node = (typeof nodes)[number];
  const untilEnded =
    (node: Node, { id }: RunningJob) =>
    async (_payload: object, ctx: Waiting) => {
      node.polls.add(id);
      await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
      node.polls.delete(id);
    };
  return {
    nodes,
    enqueue: (many: number) =>
      store.transact(async (raw) => {
        for (let at = 0; at < many; at++) {
          const change = { name: "lambda.poll", account: "1", region: "r", id: `${at}` };
          await applyJobChange(raw, { ...change, run: { payload: {}, at: 0 } }, queue);
        }
      }),
    /** Everything that is due or offered begins there. */
    take: async (node: Node) => {
      const until = clock.wall() + lease;
      const now = clock.now() + 1000;
      const taken = await store.transact((raw) => takeDue(raw, now, 100, { holder: node.nodeId, until }));
      for (const run of taken) void node.runs.perform(run, untilEnded(node, run), info);
      await settled();
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test("a node that comes gets its share, and one that goes leaves its own", async () => {
  const { nodes, enqueue, take } = cloudOf(["a", "b", "c"]);
  const [a, b, c] = nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0]];
  await enqueue(6);
  await take(a);
  await a.runs.share(lease);
  expect(a.polls.size).toBe(6);

  await b.runs.share(lease);
  await c.runs.share(lease);
  await a.runs.share(lease);
  await settled();
  expect(a.polls.size).toBe(2);
  // Who gave them up leaves them to the others.
  await take(a);
  expect(a.polls.size).toBe(2);
  await take(b);
  expect(b.polls.size).toBe(4);
  for (const { runs } of [b, a, b]) await runs.share(lease);
  await settled();
  await take(c);
  expect([a, b, c].map(({ polls }) => polls.size)).toEqual([2, 2, 2]);

  for (const { runs } of nodes) await runs.share(lease);
  expect([a, b, c].map(({ polls }) => polls.size)).toEqual([2, 2, 2]);
  // What a node leaves behind is nobody's: alone again, one keeps all it takes.
  await b.runs.leave();
  await c.runs.leave();
  await enqueue(12);
  await take(a);
  await a.runs.share(lease);
  expect(a.polls.size).toBe(8);
});
