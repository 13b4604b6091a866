// What a runner does with the runs that a dead process left behind.

import { expect, test } from "vitest";
import type { Sqs } from "../model/generated/sqs.d.ts";
import { modelOf } from "../model/handle.ts";
import { createMemoryStore } from "../store/memory/store.ts";
import { ControllableClock } from "./clock.ts";
import { seededIds } from "./ids.ts";
import { defineJob } from "./job.ts";
import { runningKey } from "./job-queue.ts";
import { Kernel } from "./kernel.ts";
import type { Blobs } from "./ports/blobs.ts";
import type { FunctionHost } from "./ports/compute.ts";
import { defineService } from "./service.ts";
import { encodeValue } from "./value.ts";

test("a process that is alone takes up every run of a dead one, however many there are", async () => {
  const left = 2500;
  const seen = new Set<number>();
  const job = defineJob<{ readonly at: number }>({
    name: "sqs.left",
    run: async ({ at }) => void seen.add(at),
  });
  const service = defineService<Sqs>({
    model: modelOf<Sqs>("sqs"),
    resources: [],
    operations: {},
    jobs: [job],
  });
  const store = createMemoryStore();
  await store.transact((raw) => {
    for (let at = 0; at < left; at++) {
      const id = `run-${at}`;
      const place = { account: "000000000000", region: "us-east-1" };
      const run = {
        name: job.name,
        ...place,
        payload: { at },
        attempt: 1,
        id,
        holder: "dead",
        leaseUntil: 1e15,
      };
      raw.put(runningKey(id), encodeValue(run, false));
    }
  });
  const kernel = new Kernel({
    services: [{ name: "sqs", load: () => Promise.resolve(service), hears: [], endpoints: [] }],
    store,
    blobs: {} as Blobs,
    functions: { stop: () => Promise.resolve() } as FunctionHost,
    web: { fetch: () => Promise.reject(new Error("nobody outside")) },
    clock: new ControllableClock(0),
    ids: seededIds(1),
    log: () => undefined,
    endpoint: () => "",
  });
  await kernel.start();
  await kernel.settle();
  expect(seen.size).toBe(left);
  await kernel.stop();
});
