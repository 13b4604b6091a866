// What a runner does with the runs that a dead process left behind.

import { expect, test } from "vitest";
import type { Sqs } from "../model/generated/sqs.d.ts";
import { modelOf } from "../model/handle.ts";
import { createMemoryStore } from "../store/memory/store.ts";
import { ControllableClock } from "./clock.ts";
import { seededIds } from "./ids.ts";
import { defineJob, type Job } from "./job.ts";
import { runningKey } from "./job-queue.ts";
import { Kernel } from "./kernel.ts";
import type { Blobs } from "./ports/blobs.ts";
import type { FunctionHost } from "./ports/compute.ts";
import type { Store } from "./ports/store.ts";
import { anonymousPrincipal } from "./principal.ts";
import { defineService } from "./service.ts";
import { encodeValue } from "./value.ts";

// biome-ignore lint/suspicious/noExplicitAny: jobs of any payload.
function kernelOf(job: Job<any>, store: Store): Kernel {
  const service = defineService<Sqs>({
    model: modelOf<Sqs>("sqs"),
    resources: [],
    operations: {},
    jobs: [job],
  });
  return new Kernel({
    services: [{ name: "sqs", load: () => Promise.resolve(service), hears: [], endpoints: [] }],
    store,
    blobs: {} as Blobs,
    functions: { stop: () => Promise.resolve() } as FunctionHost,
    web: { fetch: () => Promise.reject(new Error("nobody outside")) },
    api: { send: () => Promise.reject(new Error("nobody calls")) },
    clock: new ControllableClock(0),
    ids: seededIds(1),
    log: () => undefined,
    endpoint: () => "",
  });
}

test("a process that is alone takes up every run of a dead one, however many there are", async () => {
  const left = 2500;
  const seen = new Set<number>();
  const job = defineJob<{ readonly at: number }>({
    name: "sqs.left",
    run: async ({ at }) => void seen.add(at),
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
  const kernel = kernelOf(job, store);
  await kernel.start();
  await kernel.settle();
  expect(seen.size).toBe(left);
  await kernel.stop();
});

test("stops right after it was told to look again", async () => {
  const kernel = kernelOf(defineJob({ name: "sqs.none", run: async () => undefined }), createMemoryStore());
  await kernel.start();
  for (let round = 0; round < 3; round++) await kernel.forget();
  await kernel.stop();
});

test("runs that may run together do so, in order, and a failure runs all of them again", async () => {
  const seen: (readonly number[])[] = [];
  const job = defineJob<{ readonly at: number }>({
    name: "sqs.many",
    backoff: () => 1000,
    run: {
      together: async (payloads) => {
        seen.push(payloads.map(({ at }) => at));
        if (seen.length === 1) throw new Error("not yet");
      },
    },
  });
  const kernel = kernelOf(job, createMemoryStore());
  await kernel.start();
  const place = { account: "000000000000", region: "us-east-1" };
  const info = { requestId: "", principal: anonymousPrincipal(), endpoint: "", sourceIp: "", userAgent: "" };
  await kernel.transact(place, info, async (tx) => {
    for (let at = 0; at < 100; at++) tx.enqueue(job, { at });
  });
  await kernel.settle();
  expect(seen).toEqual([[...Array(100).keys()]]);
  await kernel.advance(1000);
  expect(seen.length).toBe(2);
  expect(seen[1]).toEqual(seen[0]);
  await kernel.advance(600_000);
  expect(seen.length).toBe(2);
  await kernel.stop();
});
