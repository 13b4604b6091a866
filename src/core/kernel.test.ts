// The kernel with a toy service: transactions, indexes, jobs, events and rest.

import { afterEach, describe, expect, test } from "vitest";
import type { Sqs } from "../model/generated/sqs.d.ts";
import { modelOf } from "../model/handle.ts";
import { type TestCloud, testCloud } from "../services/test-cloud.ts";
import { fault } from "./fault.ts";
import { defineJob } from "./job.ts";
import { defineResource } from "./resource.ts";
import { defineService, type ServiceDefinition } from "./service.ts";
import type { Attempt } from "./waiting.ts";

interface Note {
  readonly name: string;
  readonly colour: string;
  readonly times: readonly number[];
}

const sqs = modelOf<Sqs>("sqs");

const Note = defineResource<Note>()({
  service: "sqs",
  type: "note",
  key: (note) => [note.name],
  indexes: { colour: (note) => (note.colour === "" ? undefined : [note.colour]) },
});

const at = (name: string, time: number) => ({ name, colour: "", times: [time] });

function toy(extra: Partial<ServiceDefinition> = {}): ServiceDefinition {
  return { ...defineService<Sqs>({ model: sqs, resources: [Note], operations: {} }), ...extra };
}

let cloud: TestCloud;
afterEach(() => cloud.stop());

const info = {
  requestId: "r",
  principal: { type: "root", account: "000000000000", arn: "arn:aws:iam::000000000000:root", userId: "0" },
  endpoint: "http://localhost:4566",
  sourceIp: "127.0.0.1",
  userAgent: "test",
} as const;
const here = { account: "000000000000", region: "us-east-1" };

describe("resources", () => {
  test("are kept apart by account and region", async () => {
    cloud = await testCloud([toy()]);
    await cloud.kernel.transact(here, info, async (tx) => {
      tx.put(Note, { name: "n", colour: "red", times: [] });
      tx.at({ region: "eu-west-1" }).put(Note, { name: "n", colour: "blue", times: [] });
    });
    await cloud.kernel.transact(here, info, async (tx) => {
      expect((await tx.get(Note, "n"))?.colour).toBe("red");
      expect((await tx.at({ region: "eu-west-1" }).get(Note, "n"))?.colour).toBe("blue");
      expect(await tx.at({ account: "111111111111" }).get(Note, "n")).toBeUndefined();
    });
  });

  test("are found by an index that follows every change, also within one transaction", async () => {
    cloud = await testCloud([toy()]);
    const names = (colour: string) =>
      cloud.kernel.transact(here, info, async (tx) =>
        (await tx.list(Note, { index: "colour", prefix: [colour] })).values.map((note) => note.name),
      );
    await cloud.kernel.transact(here, info, async (tx) => {
      tx.put(Note, { name: "a", colour: "red", times: [] });
      tx.put(Note, { name: "b", colour: "red", times: [] });
      tx.put(Note, { name: "a", colour: "blue", times: [] });
      const red = await tx.list(Note, { index: "colour", prefix: ["red"] });
      expect(red.values.map((note) => note.name)).toEqual(["b"]);
      tx.put(Note, { name: "b", colour: "", times: [] });
    });
    expect(await names("red")).toEqual([]);
    expect(await names("blue")).toEqual(["a"]);
    await cloud.kernel.transact(here, info, async (tx) => tx.delete(Note, "a"));
    expect(await names("blue")).toEqual([]);
  });

  test("are listed page by page, in both directions", async () => {
    cloud = await testCloud([toy()]);
    const all = Array.from({ length: 7 }, (_, at) => `n${at}`);
    await cloud.kernel.transact(here, info, async (tx) => {
      for (const name of all) tx.put(Note, { name, colour: "", times: [] });
    });
    for (const reverse of [false, true]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await cloud.kernel.transact(here, info, (tx) =>
          tx.list(Note, { limit: 3, reverse, cursor }),
        );
        seen.push(...page.values.map((note) => note.name));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(reverse ? [...all].reverse() : all);
    }
  });

  test("refuse a cursor that is not one", async () => {
    cloud = await testCloud([toy()]);
    const listing = cloud.kernel.transact(here, info, (tx) => tx.list(Note, { cursor: "not base64!" }));
    await expect(listing).rejects.toThrow("page token");
  });
});

describe("jobs", () => {
  const note = defineJob<{ name: string }>({
    name: "sqs.note",
    run: async ({ name }, tx) => {
      const known = await tx.get(Note, name);
      tx.put(Note, { ...at(name, tx.now), times: [...(known?.times ?? []), tx.now] });
    },
  });
  const times = (name: string) =>
    cloud.kernel.transact(here, info, async (tx) => (await tx.get(Note, name))?.times);

  test("run when they are due, in order, each at its own time", async () => {
    cloud = await testCloud([toy({ jobs: [note] })], { now: 0 });
    await cloud.kernel.transact(here, info, async (tx) => {
      for (const due of [3000, 1000, 2000]) tx.enqueue(note, { name: "n" }, { at: due });
    });
    await cloud.advance(2500);
    expect(await times("n")).toEqual([1000, 2000]);
    await cloud.advance(500);
    expect(await times("n")).toEqual([1000, 2000, 3000]);
  });

  test("are replaced by a later one of the same id, and can be withdrawn", async () => {
    cloud = await testCloud([toy({ jobs: [note] })], { now: 0 });
    await cloud.kernel.transact(here, info, async (tx) => {
      tx.enqueue(note, { name: "n" }, { at: 1000, id: "x" });
      tx.enqueue(note, { name: "n" }, { at: 5000, id: "x" });
      tx.enqueue(note, { name: "m" }, { at: 1000, id: "y" });
    });
    await cloud.kernel.transact(here, info, async (tx) => tx.cancel(note, "y"));
    await cloud.advance(10_000);
    expect(await times("n")).toEqual([5000]);
    expect(await times("m")).toBeUndefined();
  });

  test("do not happen when their transaction fails", async () => {
    cloud = await testCloud([toy({ jobs: [note] })], { now: 0 });
    const failed = cloud.kernel.transact(here, info, async (tx) => {
      tx.enqueue(note, { name: "n" });
      throw fault(sqs, "InvalidAddress", "no");
    });
    await expect(failed).rejects.toThrow("no");
    await cloud.advance(1000);
    expect(await times("n")).toBeUndefined();
  });

  test("are tried again with growing waits, then given up and logged", async () => {
    const runs: number[] = [];
    const failing = defineJob<object>({
      name: "sqs.failing",
      attempts: 4,
      run: async (_payload, tx) => {
        runs.push(tx.now);
        throw new Error("as it must");
      },
    });
    cloud = await testCloud([toy({ jobs: [failing] })], { now: 0 });
    await cloud.kernel.transact(here, info, async (tx) => tx.enqueue(failing, {}));
    await cloud.advance(60_000);
    expect(runs).toEqual([0, 1000, 3000, 7000]);
    expect(cloud.log.at(-1)).toMatchObject({ level: "error", event: "job given up", job: "sqs.failing" });
  });

  test("of one id never overlap: the next follows when the first ends", async () => {
    let inside = 0;
    let most = 0;
    let runs = 0;
    const slow = defineJob<object>({
      name: "sqs.slow",
      run: {
        waits: async (_payload, ctx) => {
          most = Math.max(most, ++inside);
          await ctx.sleepUntil(ctx.now() + 10_000);
          inside--;
          runs++;
        },
      },
    });
    cloud = await testCloud([toy({ jobs: [slow] })], { now: 0 });
    const enqueue = () =>
      cloud.kernel.transact(here, info, async (tx) => tx.enqueue(slow, {}, { id: "only" }));
    await enqueue();
    await cloud.advance(1000);
    await enqueue();
    await cloud.advance(1000);
    await enqueue();
    await cloud.advance(60_000);
    expect({ most, runs }).toEqual({ most: 1, runs: 2 });
  });
});

describe("waiting", () => {
  test("ends as soon as the topic is notified, and at the deadline otherwise", async () => {
    cloud = await testCloud([toy()], { now: 0 });
    const look = (name: string) =>
      cloud.kernel.serve(here, info, new AbortController().signal, (ctx) =>
        ctx.waitFor("notes", 20_000, async (): Promise<Attempt<number>> => {
          const found = await ctx.atomically((tx) => tx.get(Note, name));
          return found ? { done: ctx.now() } : {};
        }),
      );
    const first = look("a");
    const second = look("b");
    await cloud.advance(5000);
    await cloud.kernel.transact(here, info, async (tx) => {
      tx.put(Note, at("a", 0));
      tx.notify("notes");
    });
    expect(await first).toBe(5000);
    await cloud.advance(15_000);
    expect(await second).toBeUndefined();
  });
});

describe("events", () => {
  test("reach every service that listens, after the commit", async () => {
    const heard: unknown[] = [];
    const listener = toy({ on: { "aws.test": async (event) => void heard.push(event) } });
    cloud = await testCloud([listener], { now: 0 });
    await cloud.kernel.transact(here, info, async (tx) => {
      tx.publish("aws.test", { id: 1 });
      tx.publish("aws.other", { id: 2 });
      expect(heard).toEqual([]);
    });
    await cloud.settle();
    expect(heard).toEqual([{ id: 1 }]);
  });
});

describe("dispatch", () => {
  test("answers NotImplemented, naming the operation, for what a service does not do", async () => {
    cloud = await testCloud([toy()]);
    await expect(cloud.call("sqs", "PurgeQueue", { QueueUrl: "q" })).rejects.toMatchObject({
      code: "NotImplemented",
      message: "Cumulet does not implement sqs:PurgeQueue yet.",
    });
    await expect(cloud.call("batch", "SubmitJob")).rejects.toMatchObject({ code: "NotImplemented" });
  });

  test("checks input against the model before the handler sees it", async () => {
    let calls = 0;
    const operations = { CreateQueue: async () => ({ calls: ++calls }) };
    cloud = await testCloud([toy({ operations })]);
    await expect(cloud.call("sqs", "CreateQueue", {})).rejects.toThrow(
      "1 validation error detected: Value null at 'queueName' failed to satisfy constraint: Member must not be null",
    );
    expect(calls).toBe(0);
  });

  test("hides an accident behind InternalFailure and logs its stack", async () => {
    const operations = {
      ListQueues: async () => {
        throw new TypeError("secret detail");
      },
    };
    cloud = await testCloud([toy({ operations })]);
    const failure = await cloud.call("sqs", "ListQueues").catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "InternalFailure" });
    expect(String(failure)).not.toContain("secret detail");
    expect(cloud.log.at(-1)).toMatchObject({ level: "error", message: "secret detail" });
  });
});

describe("authorization", () => {
  test("sees the action that policies name, the resource that the input names, and the principal", async () => {
    const seen: unknown[] = [];
    const named = defineResource<Note>()({
      service: "sqs",
      type: "named",
      key: (note) => [note.name],
      named: (input, place) =>
        typeof input.QueueUrl === "string" ? `arn:${place.region}:${input.QueueUrl}` : undefined,
    });
    const service = toy({
      resources: [named],
      actions: { PurgeQueue: "Purge" },
      operations: { PurgeQueue: async () => ({}) },
    });
    cloud = await testCloud([service], { authorize: (request) => void seen.push(request) });
    await cloud.call("sqs", "PurgeQueue", { QueueUrl: "q" });
    expect(seen).toMatchObject([
      { action: "sqs:Purge", resource: "arn:us-east-1:q", call: { principal: { type: "root" } } },
    ]);
  });

  test("that refuses keeps the handler from running", async () => {
    let ran = false;
    const operations = {
      ListQueues: async () => {
        ran = true;
        return {};
      },
    };
    const refuse = (): never => {
      throw fault(sqs, "AccessDeniedException", "no");
    };
    cloud = await testCloud([toy({ operations })], { authorize: refuse });
    await expect(cloud.call("sqs", "ListQueues")).rejects.toMatchObject({ code: "AccessDeniedException" });
    expect(ran).toBe(false);
  });
});
