// What every store must do, as one suite: each adapter's test runs it. It speaks
// the port only, and awaits everything, for an adapter may answer later.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Part, pack, prefixRange } from "../base/tuple.ts";
import { ConflictError, type Entry, type Store, type StoreTransaction } from "../core/ports/store.ts";
import { replayingHistories } from "./conformance-histories.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) =>
  value === undefined ? undefined : new TextDecoder().decode(value);
const key = (...parts: Part[]) => pack(parts);
const all = prefixRange([]);

/** Two bodies that meet: each goes on when the other has come as far. */
function meeting(): { arrive(): Promise<void> } {
  let go = () => {};
  let arrived = 0;
  const both = new Promise<void>((resolve) => {
    go = resolve;
  });
  return {
    arrive() {
      if (++arrived >= 2) go();
      return both;
    },
  };
}

export function storeConformance(open: () => Promise<Store>): void {
  let store: Store;

  beforeEach(async () => {
    store = await open();
  });
  afterEach(async () => {
    await store.close();
  });

  const put = (...entries: [string, string][]) =>
    store.transact((tx) => {
      for (const [at, value] of entries) tx.put(key(at), bytes(value));
    });
  const get = (at: string) => store.read(async (tx) => text(await tx.get(key(at))));
  const names = (entries: readonly Entry[]) => entries.map((entry) => text(entry.value));
  const scan = (options?: { limit?: number; reverse?: boolean }) =>
    store.read(async (tx) => names(await tx.scan(all, options)));

  describe("a transaction", () => {
    test("keeps what it puts and forgets what it deletes", async () => {
      await put(["a", "1"], ["b", "2"]);
      expect(await get("a")).toBe("1");
      await store.transact((tx) => tx.delete(key("a")));
      expect(await get("a")).toBeUndefined();
      expect(await get("b")).toBe("2");
    });

    test("sees its own writes in get, getMany, scan, claim and count", async () => {
      await put(["a", "1"], ["b", "2"], ["d", "4"]);
      await store.transact(async (tx) => {
        tx.put(key("a"), bytes("one"));
        tx.delete(key("b"));
        tx.put(key("c"), bytes("three"));
        expect(text(await tx.get(key("a")))).toBe("one");
        expect((await tx.getMany([key("b"), key("d"), key("c")])).map(text)).toEqual([
          undefined,
          "4",
          "three",
        ]);
        expect(names(await tx.scan(all))).toEqual(["one", "three", "4"]);
        expect(names(await tx.scan(all, { limit: 2, reverse: true }))).toEqual(["4", "three"]);
        expect(names(await tx.claim(all, 2))).toEqual(["one", "three"]);
        tx.deleteRange({ start: key("c"), end: key("d", 1) });
        tx.put(key("d"), bytes("four"));
        expect(names(await tx.scan(all))).toEqual(["one", "four"]);
        tx.add(key("n"), 2);
        expect(await tx.count(key("n"))).toBe(2);
      });
      expect(await scan({ limit: 2 })).toEqual(["one", "four"]);
    });

    test("writes nothing when its body throws", async () => {
      const failing = store.transact((tx) => {
        tx.put(key("a"), bytes("1"));
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      expect(await get("a")).toBeUndefined();
    });

    test("cannot be used when it is over", async () => {
      let kept: StoreTransaction | undefined;
      await store.transact((tx) => {
        kept = tx;
      });
      expect(() => kept?.put(key("a"), bytes("1"))).toThrow("over");
    });

    test("that only reads refuses to write", async () => {
      await expect(store.read((tx) => tx.put(key("a"), bytes("1")))).rejects.toThrow("only reads");
    });

    test("keeps empty and large values, and long keys of any bytes", async () => {
      const large = Uint8Array.from({ length: 1_000_000 }, (_, at) => at % 251);
      const long = key(
        new Uint8Array(1_500),
        Uint8Array.from({ length: 256 }, (_, at) => at),
      );
      await store.transact((tx) => {
        tx.put(key("empty"), new Uint8Array(0));
        tx.put(key("large"), large);
        tx.put(long, bytes("long"));
      });
      await store.read(async (tx) => {
        expect((await tx.get(key("empty")))?.length).toBe(0);
        expect(Buffer.compare((await tx.get(key("large")))!, large)).toBe(0);
        expect((await tx.scan(prefixRange([new Uint8Array(1_500)])))[0]?.key).toBe(long);
      });
    });

    test("reads values that later reads and commits leave alone", async () => {
      await put(["a", "first"], ["b", "other"]);
      await store.transact(async (tx) => {
        const value = await tx.get(key("a"));
        const entries = await tx.scan(all);
        await tx.get(key("b"));
        await store.transact((other) => other.put(key("z"), bytes("zzzzz")));
        expect(text(value)).toBe("first");
        expect(names(entries)).toEqual(["first", "other"]);
      });
    });
  });

  describe("scan", () => {
    test("goes in key order, or against it, up to its limit", async () => {
      await put(["c", "3"], ["a", "1"], ["d", "4"], ["b", "2"]);
      expect(await scan()).toEqual(["1", "2", "3", "4"]);
      expect(await scan({ limit: 2 })).toEqual(["1", "2"]);
      expect(await scan({ limit: 3, reverse: true })).toEqual(["4", "3", "2"]);
      expect(await scan({ limit: 0 })).toEqual([]);
    });

    test("includes the start of its range and excludes the end", async () => {
      await put(["a", "1"], ["b", "2"], ["c", "3"]);
      const range = { start: key("a"), end: key("c") };
      expect(await store.read(async (tx) => names(await tx.scan(range)))).toEqual(["1", "2"]);
      expect(await store.read(async (tx) => names(await tx.scan(range, { reverse: true })))).toEqual([
        "2",
        "1",
      ]);
      expect(
        await store.read(async (tx) => names(await tx.scan({ start: key("c"), end: key("a") }))),
      ).toEqual([]);
    });

    test("answers at most 1,000 entries where no limit is given", async () => {
      await store.transact((tx) => {
        for (let at = 0; at < 1_200; at++) tx.put(key(at), bytes(String(at)));
      });
      expect((await scan()).length).toBe(1_000);
      expect((await scan({ limit: 2_000 })).length).toBe(1_200);
    });

    test("skips over many own deletions to fill its limit", async () => {
      await store.transact((tx) => {
        for (let at = 0; at < 50; at++) tx.put(key(at), bytes(String(at)));
      });
      await store.transact(async (tx) => {
        tx.deleteRange({ start: key(0), end: key(20) });
        for (let at = 20; at < 40; at++) tx.delete(key(at));
        expect(names(await tx.scan(all, { limit: 3 }))).toEqual(["40", "41", "42"]);
        expect(names(await tx.claim(all, 2))).toEqual(["40", "41"]);
      });
    });
  });

  describe("deleteRange", () => {
    test("deletes what is in the range and nothing else", async () => {
      await put(["a", "1"], ["b", "2"], ["c", "3"], ["d", "4"]);
      await store.transact((tx) => tx.deleteRange({ start: key("b"), end: key("d") }));
      expect(await scan()).toEqual(["1", "4"]);
    });
  });

  describe("transactions side by side", () => {
    /** Runs both until each has read, then lets both go on; returns how often each ran. */
    async function together(
      one: (tx: StoreTransaction, met: () => Promise<void>) => Promise<unknown>,
      other: (tx: StoreTransaction, met: () => Promise<void>) => Promise<unknown>,
    ): Promise<[number, number]> {
      const { arrive } = meeting();
      const runs: [number, number] = [0, 0];
      await Promise.all(
        [one, other].map((body, index) =>
          store.transact((tx) => {
            runs[index]!++;
            return body(tx, arrive);
          }),
        ),
      );
      return runs;
    }

    test("never lose an update", async () => {
      const increment = async (tx: StoreTransaction, met: () => Promise<void>) => {
        const value = Number(text(await tx.get(key("a"))) ?? 0);
        await met();
        tx.put(key("a"), bytes(String(value + 1)));
      };
      const [one, other] = await together(increment, increment);
      expect(await get("a")).toBe("2");
      expect(one + other).toBeGreaterThan(2);
    });

    test("never both act on what the other changes", async () => {
      await put(["a", "on"], ["b", "on"]);
      const offUnlessLast =
        (own: string, its: string) => async (tx: StoreTransaction, met: () => Promise<void>) => {
          const another = text(await tx.get(key(its)));
          await met();
          if (another === "on") tx.put(key(own), bytes("off"));
        };
      await together(offUnlessLast("a", "b"), offUnlessLast("b", "a"));
      expect((await scan()).sort()).toEqual(["off", "on"]);
    });

    test("never both insert into a range that both found empty", async () => {
      const insert = (own: string) => async (tx: StoreTransaction, met: () => Promise<void>) => {
        const found = await tx.scan(prefixRange(["name"]));
        await met();
        if (found.length === 0) tx.put(key("name", own), bytes(own));
      };
      await together(insert("a"), insert("b"));
      expect((await scan()).length).toBe(1);
    });

    test("do not conflict on what a limited scan did not reach", async () => {
      await put(["a", "1"], ["b", "2"], ["c", "3"]);
      const readFirst = async (tx: StoreTransaction, met: () => Promise<void>) => {
        await tx.scan(all, { limit: 1 });
        await met();
        tx.put(key("x"), bytes("x"));
      };
      const writeSecond = async (tx: StoreTransaction, met: () => Promise<void>) => {
        await met();
        tx.put(key("b"), bytes("two"));
      };
      expect(await together(readFirst, writeSecond)).toEqual([1, 1]);
    });

    test("do not conflict when they write without reading", async () => {
      const write = (value: string) => async (tx: StoreTransaction, met: () => Promise<void>) => {
        tx.put(key("a"), bytes(value));
        await met();
      };
      expect(await together(write("1"), write("2"))).toEqual([1, 1]);
    });

    test("see one state, however long they read", async () => {
      await put(["a", "50"], ["b", "50"]);
      const move = (amount: number) =>
        store.transact(async (tx) => {
          tx.put(key("a"), bytes(String(Number(text(await tx.get(key("a")))) - amount)));
          tx.put(key("b"), bytes(String(Number(text(await tx.get(key("b")))) + amount)));
        });
      let disturbed = 0;
      const sum = await store.read(async (tx) => {
        const a = Number(text(await tx.get(key("a"))));
        if (disturbed++ < 3) await move(1);
        return a + Number(text(await tx.get(key("b"))));
      });
      expect(sum).toBe(100);
    });

    test("all come through, however many want the same key", async () => {
      let runs = 0;
      await Promise.all(
        Array.from({ length: 100 }, () =>
          store.transact(async (tx) => {
            runs++;
            tx.put(key("a"), bytes(String(Number(text(await tx.get(key("a"))) ?? 0) + 1)));
          }),
        ),
      );
      expect(await get("a")).toBe("100");
      expect(runs).toBeLessThan(400);
    });

    test("give up with ConflictError after the attempts they were given", async () => {
      let runs = 0;
      const losing = store.transact(async (tx) => {
        await tx.get(key("a"));
        await put(["a", String(runs++)]);
        tx.put(key("b"), bytes("b"));
      }, 3);
      await expect(losing).rejects.toThrow(ConflictError);
      expect(runs).toBe(3);
      expect(await get("b")).toBeUndefined();
    });

    test("run again when their body caught what a lost race threw", async () => {
      let runs = 0;
      await store.transact(async (tx) => {
        await tx.get(key("a"));
        if (runs++ === 0) await put(["a", "1"]);
        try {
          await tx.get(key("a"));
        } catch {
          tx.put(key("caught"), bytes("caught"));
        }
      });
      expect(await get("caught")).toBeUndefined();
      expect(runs).toBe(2);
    });
  });

  describe("a counter", () => {
    test("is 0 where it is absent, and the sum of what was added", async () => {
      expect(await store.read((tx) => tx.count(key("n")))).toBe(0);
      await Promise.all(
        Array.from({ length: 50 }, (_, at) => store.transact((tx) => tx.add(key("n"), at - 10))),
      );
      expect(await store.read((tx) => tx.count(key("n")))).toBe(725);
    });

    test("never makes two additions conflict", async () => {
      const { arrive } = meeting();
      let runs = 0;
      const add = () =>
        store.transact(async (tx) => {
          runs++;
          tx.add(key("n"), 1);
          await arrive();
        });
      await Promise.all([add(), add()]);
      expect(runs).toBe(2);
      expect(await store.read((tx) => tx.count(key("n")))).toBe(2);
    });

    test("makes who counted run again when another added", async () => {
      let runs = 0;
      await store.transact(async (tx) => {
        const count = await tx.count(key("n"));
        if (runs++ === 0) await store.transact((other) => other.add(key("n"), 5));
        tx.put(key("seen"), bytes(String(count)));
      });
      expect(await get("seen")).toBe("5");
    });

    test("begins anew when it was deleted in the same transaction", async () => {
      await store.transact((tx) => tx.add(key("n"), 7));
      await store.transact((tx) => {
        tx.delete(key("n"));
        tx.add(key("n"), 1);
      });
      expect(await store.read((tx) => tx.count(key("n")))).toBe(1);
    });
  });

  describe("claim", () => {
    const take = async (tx: StoreTransaction, limit: number) => {
      const entries = await tx.claim(prefixRange(["queue"]), limit);
      for (const entry of entries) tx.delete(entry.key);
      return names(entries);
    };
    const enqueue = (...values: string[]) =>
      store.transact((tx) => {
        for (const value of values) tx.put(key("queue", value), bytes(value));
      });

    test("gives each entry to one open transaction, without conflict", async () => {
      await enqueue("1", "2", "3", "4", "5");
      const { arrive } = meeting();
      let runs = 0;
      const consume = () =>
        store.transact(async (tx) => {
          runs++;
          const taken = await take(tx, 2);
          await arrive();
          return taken;
        });
      expect(await Promise.all([consume(), consume()])).toEqual([
        ["1", "2"],
        ["3", "4"],
      ]);
      expect(runs).toBe(2);
      expect(await scan()).toEqual(["5"]);
    });

    test("does not conflict with who adds to the queue", async () => {
      await enqueue("2");
      let runs = 0;
      await store.transact(async (tx) => {
        await take(tx, 5);
        if (runs++ === 0) await enqueue("1", "3");
      });
      expect(runs).toBe(1);
      expect(await scan()).toEqual(["1", "3"]);
    });

    test("lets go of what it held when the transaction fails", async () => {
      await enqueue("1");
      const failing = store.transact(async (tx) => {
        await take(tx, 1);
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      expect(await store.transact((tx) => take(tx, 1))).toEqual(["1"]);
    });

    test("makes who claimed run again when another, who had not claimed it, changed the entry", async () => {
      await enqueue("1");
      let runs = 0;
      const taken = await store.transact(async (tx) => {
        const entries = await take(tx, 1);
        if (runs++ === 0) await store.transact((other) => other.delete(key("queue", "1")));
        return entries;
      });
      expect(taken).toEqual([]);
      expect(runs).toBe(2);
    });
  });

  describe("watch", () => {
    test("hears of each commit that notified its topic, when its writes can be read", async () => {
      const heard: (string | undefined)[] = [];
      const readings: Promise<void>[] = [];
      const listen = () => {
        readings.push(get("a").then((value) => void heard.push(value)));
      };
      const stop = store.watch("topic", listen);
      const write = (value: string, topic: string) =>
        store.transact((tx) => {
          tx.put(key("a"), bytes(value));
          tx.notify(topic);
        });
      await write("1", "topic");
      await Promise.all(readings);
      await write("2", "another");
      await write("3", "topic");
      await Promise.all(readings);
      stop();
      await write("4", "topic");
      expect(heard).toEqual(["1", "3"]);
    });

    test("hears nothing of a transaction that failed", async () => {
      let heard = 0;
      store.watch("topic", () => heard++);
      const failing = store.transact((tx) => {
        tx.notify("topic");
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      expect(heard).toBe(0);
    });
  });

  describe("clear", () => {
    test("removes everything, also from under an open transaction", async () => {
      await put(["a", "1"]);
      await store.transact((tx) => tx.add(key("n"), 1));
      let runs = 0;
      await store.transact(async (tx) => {
        const before = text(await tx.get(key("a")));
        if (runs++ === 0) await store.clear();
        tx.put(key("b"), bytes(String(before)));
      });
      expect(await scan()).toEqual(["undefined"]);
    });
  });

  describe("close", () => {
    test("keeps an open transaction from committing, and refuses new ones", async () => {
      const late = store.transact(async (tx) => {
        await store.close();
        tx.put(key("a"), bytes("1"));
      });
      await expect(late).rejects.toThrow("closed");
      await expect(store.transact((tx) => tx.put(key("a"), bytes("1")))).rejects.toThrow("closed");
      await expect(store.read((tx) => tx.get(key("a")))).rejects.toThrow("closed");
    });
  });

  replayingHistories(() => store);
}
