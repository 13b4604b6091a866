// What must hold where several processes have one store open: each of the stores
// given stands for one of them.

import { expect, test } from "vitest";
import { prefixRange } from "../../base/tuple.ts";
import type { Store } from "../../core/ports/store.ts";
import { searchingHistories } from "./histories.ts";
import { bytes, key, names, text } from "./shorthand.ts";

export function severalProcesses(stores: () => readonly Store[]): void {
  searchingHistories(stores);

  const value = async (...parts: (string | number)[]): Promise<string | undefined> =>
    stores()[0]!.read(async (tx) => text(await tx.get(key(...parts))));

  test("never lose an update to each other", async () => {
    const increment = (store: Store): Promise<void> =>
      store.transact(async (tx) => {
        const before = Number(text(await tx.get(key("s", "a", "r", "n"))) ?? 0);
        tx.put(key("s", "a", "r", "n"), bytes(String(before + 1)));
      });
    await Promise.all(Array.from({ length: 60 }, (_, at) => increment(stores()[at % 3]!)));
    expect(await value("s", "a", "r", "n")).toBe("60");
  });

  test("never both insert into a range that both found empty", async () => {
    const insert = (store: Store, own: string): Promise<void> =>
      store.transact(async (tx) => {
        const found = await tx.scan(prefixRange(["s", "a", "r", "only"]));
        if (found.length === 0) tx.put(key("s", "a", "r", "only", own), bytes(own));
      });
    await Promise.all(stores().map((store, at) => insert(store, String(at))));
    const left = await stores()[0]!.read((tx) => tx.scan(prefixRange(["s", "a", "r", "only"])));
    expect(left).toHaveLength(1);
  });

  test("see at once what another has changed, however often they read it before", async () => {
    const [one, other] = stores() as [Store, Store];
    const read = async (store: Store) => text(await store.read((tx) => tx.get(key("s", "a", "r", "seldom"))));
    for (const now of ["first", "second", "third"]) {
      await other.transact((tx) => tx.put(key("s", "a", "r", "seldom"), bytes(now)));
      for (let again = 0; again < 20; again++) expect(await read(one)).toBe(now);
    }
    await other.transact((tx) => tx.put(key("s", "a", "r", "seldom"), bytes("fourth")));
    await one.transact(async (tx) => {
      tx.put(key("s", "a", "r", "copy"), (await tx.get(key("s", "a", "r", "seldom")))!);
    });
    expect(await value("s", "a", "r", "copy")).toBe("fourth");
    await other.transact((tx) => tx.delete(key("s", "a", "r", "seldom")));
    expect(await read(one)).toBeUndefined();
  });

  test("add to one counter side by side, and all read the sum", async () => {
    const counter = key("s", "a", "r", "count");
    const count = (store: Store) => store.read((tx) => tx.count(counter));
    for (let round = 1; round <= 3; round++) {
      await Promise.all(
        stores().map(async (store) => {
          for (let at = 0; at < 20; at++) await store.transact((tx) => tx.add(counter, 1));
        }),
      );
      expect(await Promise.all(stores().map(count))).toEqual(stores().map(() => round * 60));
    }
    await stores()[0]!.transact((tx) => tx.delete(counter));
    expect(await Promise.all(stores().map(count))).toEqual(stores().map(() => 0));
    for (const store of stores()) await store.transact((tx) => tx.add(counter, 1));
    expect(await Promise.all(stores().map(count))).toEqual(stores().map(() => 3));
  });

  test("begin counters side by side, and lose nothing of what they add at once", async () => {
    const counters = Array.from({ length: 20 }, (_, at) => key("s", "a", "r", "begun", at));
    for (const counter of counters) {
      const add = async (store: Store): Promise<void> => {
        for (let at = 0; at < 4; at++) await store.transact((tx) => tx.add(counter, 1));
      };
      await Promise.all(stores().map(add));
    }
    const counts = await stores()[0]!.read((tx) => Promise.all(counters.map((counter) => tx.count(counter))));
    expect(counts).toEqual(counters.map(() => 4 * stores().length));
  });

  test("never let two pass a limit that each finds free, by its count", async () => {
    const [taken, limit] = [key("s", "a", "r", "taken"), 10];
    for (const store of stores()) {
      for (let at = 0; at < 2; at++) await store.transact((tx) => tx.add(taken, 1));
    }
    const take = (store: Store): Promise<boolean> =>
      store.transact(async (tx) => {
        if ((await tx.count(taken)) >= limit) return false;
        tx.add(taken, 1);
        return true;
      });
    const results = await Promise.all(Array.from({ length: 30 }, (_, at) => take(stores()[at % 3]!)));
    expect(results.filter(Boolean)).toHaveLength(limit - 6);
    expect(await stores()[1]!.read((tx) => tx.count(taken))).toBe(limit);
  });

  test("never both add to what the other has counted", async () => {
    const [one, other] = [key("s", "a", "r", "one"), key("s", "a", "r", "other")];
    const addEach = (store: Store) =>
      store.transact((tx) => {
        tx.add(one, 1);
        tx.add(other, 1);
      });
    const addUnlessMore = (store: Store, counted: string, most: number, added: string) =>
      store.transact(async (tx) => {
        if ((await tx.count(counted)) <= most) tx.add(added, 1);
      });
    const both = () => stores()[2]!.read((tx) => Promise.all([tx.count(one), tx.count(other)]));
    for (const store of stores()) for (let at = 0; at < 2; at++) await addEach(store);
    for (let round = 0; round < 50; round++) {
      const [ones, others] = (await both()) as [number, number];
      await Promise.all([
        addUnlessMore(stores()[0]!, one, ones, other),
        addUnlessMore(stores()[1]!, other, others, one),
      ]);
      expect((await both()).reduce((sum, count) => sum + count, 0)).toBe(ones + others + 1);
    }
  });

  test("append to one log without a gap, each in its own order", async () => {
    const log = key("s", "a", "r", "log");
    await Promise.all(
      stores().map(async (store, at) => {
        for (let count = 0; count < 20; count++) {
          await store.transact((tx) => void tx.append(log, bytes(`${at}:${count}`)));
        }
      }),
    );
    const entries = await stores()[0]!.read((tx) => tx.scan({ start: log + key(1), end: log + key(1000) }));
    expect(entries).toHaveLength(60);
    expect(entries.map((entry) => entry.key)).toEqual(entries.map((_, at) => log + key(at + 1)));
    for (const at of [0, 1, 2]) {
      const own = names(entries).filter((name) => name?.startsWith(`${at}:`));
      expect(own).toEqual(Array.from({ length: 20 }, (_, count) => `${at}:${count}`));
    }
  });

  test("take each entry of a queue once", async () => {
    await stores()[0]!.transact((tx) => {
      for (let at = 0; at < 200; at++) tx.put(key("s", "a", "r", "queue", at), bytes(String(at)));
    });
    const consume = async (store: Store): Promise<string[]> => {
      const taken: string[] = [];
      for (;;) {
        const some = await store.transact(async (tx) => {
          const entries = await tx.claim(prefixRange(["s", "a", "r", "queue"]), 5);
          for (const entry of entries) tx.delete(entry.key);
          return names(entries) as string[];
        });
        if (some.length === 0) return taken;
        taken.push(...some);
      }
    };
    const taken = (await Promise.all(stores().map(consume))).flat();
    const left = await stores()[0]!.read((tx) => tx.scan(prefixRange(["s", "a", "r", "queue"])));
    expect([...taken, ...(names(left) as string[])].map(Number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, at) => at),
    );
  });

  test("hear what another notified", async () => {
    const heard = new Promise<void>((resolve) => stores()[1]!.watch("topic", resolve));
    await stores()[0]!.transact((tx) => tx.notify("topic"));
    await heard;
  });
}
