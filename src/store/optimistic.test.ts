// The engine over a backend that is slow to become durable, or fails: what cannot be made to happen with a real one.

import { expect, test } from "vitest";
import { pack } from "../base/tuple.ts";
import type { Store } from "../core/ports/store.ts";
import type { Backend } from "./backend.ts";
import { OptimisticStore } from "./optimistic.ts";

const a = pack(["a"]);
const b = pack(["b"]);
const value = Uint8Array.of(1);

/** A backend whose commits are durable, or lost, when the test says so. */
function slowBackend() {
  const entries = new Map<string, Uint8Array>();
  let settle: { resolve(): void; reject(error: Error): void } | undefined;
  const backend: Backend = {
    get: (key) => entries.get(key),
    keys: ({ start, end }, limit) =>
      [...entries.keys()]
        .filter((key) => start <= key && key < end)
        .sort()
        .slice(0, limit),
    commit(changes) {
      for (const [key, written] of changes.entries) if (written !== null) entries.set(key, written);
      return new Promise((resolve, reject) => {
        settle = { resolve, reject };
      });
    },
    lost: () => {},
    clear: () => undefined,
    close: () => undefined,
  };
  return {
    store: new OptimisticStore(backend) as Store,
    succeed: () => settle?.resolve(),
    fail() {
      entries.clear();
      backend.lost();
      settle?.reject(new Error("disk full"));
    },
  };
}

/** Lets everything run that does not wait for the backend. */
const rest = () => new Promise((resolve) => setImmediate(resolve));

function watched<T>(promise: Promise<T>): { done: boolean; readonly promise: Promise<T> } {
  const watched = { done: false, promise };
  promise.then(
    () => {
      watched.done = true;
    },
    () => {
      watched.done = true;
    },
  );
  return watched;
}

test("who has read what is not durable yet hears of its own end only when it is", async () => {
  const { store, succeed } = slowBackend();
  const writing = watched(store.transact((tx) => tx.put(a, value)));
  await rest();
  const point = watched(store.read((tx) => tx.get(a)));
  const range = watched(store.read((tx) => tx.scan({ start: a, end: b })));
  const elsewhere = watched(store.read((tx) => tx.get(b)));
  await rest();
  expect([writing.done, point.done, range.done, elsewhere.done]).toEqual([false, false, false, true]);
  succeed();
  expect(await point.promise).toBe(value);
  expect((await range.promise).length).toBe(1);
});

test("what could not be written fails for its writer and for who has read it", async () => {
  const { store, fail } = slowBackend();
  const writing = store.transact((tx) => tx.put(a, value));
  await rest();
  const reading = store.read((tx) => tx.get(a));
  await rest();
  fail();
  await expect(writing).rejects.toThrow("disk full");
  await expect(reading).rejects.toThrow("disk full");
  expect(await store.read((tx) => tx.get(a))).toBeUndefined();
});

test("an open transaction that rests on what could not be written runs again", async () => {
  const { store, fail, succeed } = slowBackend();
  const writing = store.transact((tx) => tx.put(a, value));
  writing.catch(() => undefined);
  await rest();
  const seen: boolean[] = [];
  let goOn = () => {};
  const waiting = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const resting = store.transact(async (tx) => {
    seen.push((await tx.get(a)) !== undefined);
    await waiting;
    tx.put(b, value);
  });
  await rest();
  fail();
  goOn();
  await rest();
  succeed();
  await resting;
  expect(seen).toEqual([true, false]);
});

test("watchers hear of a commit when it is durable", async () => {
  const { store, succeed } = slowBackend();
  let heard = 0;
  store.watch("topic", () => heard++);
  const writing = store.transact((tx) => {
    tx.put(a, value);
    tx.notify("topic");
  });
  await rest();
  expect(heard).toBe(0);
  succeed();
  await writing;
  expect(heard).toBe(1);
});
