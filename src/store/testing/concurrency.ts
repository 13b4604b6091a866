// The part of the conformance suite in which transactions meet: conflicts, counters, claims.

import { describe, expect, test } from "vitest";
import { prefixRange } from "../../base/tuple.ts";
import { ConflictError, type Store, type StoreTransaction } from "../../core/ports/store.ts";
import { decodeCounter } from "../counter.ts";
import { all, bytes, key, names, shorthand, text } from "./shorthand.ts";

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

export function transactionsSideBySide(store: () => Store): void {
  const { put, get, scan } = shorthand(store);

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
          store().transact((tx) => {
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

    test("append to one log without conflict, in the order of their commits", async () => {
      const log = key("log");
      const append = (name: string) => async (tx: StoreTransaction, met: () => Promise<void>) => {
        const entries = [tx.append(log, bytes(`${name}1`)), tx.append(log, bytes(`${name}2`))];
        expect(entries.map(({ position }) => position)).toEqual([0, 0]);
        await met();
        return entries;
      };
      expect(await together(append("a"), append("b"))).toEqual([1, 1]);
      const [last] = await store().transact(async (tx) => [tx.append(log, bytes("c"))]);
      expect(last?.position).toBe(5);
      const found = await store().read((tx) => tx.scan({ start: log + key(1), end: log + key(9) }));
      expect(names(found)).toEqual(["a1", "a2", "b1", "b2", "c"]);
      expect(found.at(-1)?.key).toBe(log + key(5));
      expect(await store().read((tx) => tx.count(log))).toBe(5);
    });

    test("append anew to a log that they delete", async () => {
      const log = key("log");
      await store().transact((tx) => void tx.append(log, bytes("old")));
      const fresh = await store().transact((tx) => {
        tx.deleteRange(prefixRange(["log"]));
        return tx.append(log, bytes("new"));
      });
      expect(fresh.position).toBe(1);
      expect(await scan({ limit: 9 })).toHaveLength(2);
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
        store().transact(async (tx) => {
          tx.put(key("a"), bytes(String(Number(text(await tx.get(key("a")))) - amount)));
          tx.put(key("b"), bytes(String(Number(text(await tx.get(key("b")))) + amount)));
        });
      let disturbed = 0;
      const sum = await store().read(async (tx) => {
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
          store().transact(async (tx) => {
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
      const losing = store().transact(async (tx) => {
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
      await store().transact(async (tx) => {
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
      expect(await store().read((tx) => tx.count(key("n")))).toBe(0);
      await Promise.all(
        Array.from({ length: 50 }, (_, at) => store().transact((tx) => tx.add(key("n"), at - 10))),
      );
      expect(await store().read((tx) => tx.count(key("n")))).toBe(725);
    });

    test("never makes two additions conflict", async () => {
      const { arrive } = meeting();
      let runs = 0;
      const add = () =>
        store().transact(async (tx) => {
          runs++;
          tx.add(key("n"), 1);
          await arrive();
        });
      await Promise.all([add(), add()]);
      expect(runs).toBe(2);
      expect(await store().read((tx) => tx.count(key("n")))).toBe(2);
    });

    test("makes who counted run again when another added", async () => {
      let runs = 0;
      await store().transact(async (tx) => {
        const count = await tx.count(key("n"));
        if (runs++ === 0) await store().transact((other) => other.add(key("n"), 5));
        tx.put(key("seen"), bytes(String(count)));
      });
      expect(await get("seen")).toBe("5");
    });

    test("begins anew when it was deleted in the same transaction", async () => {
      await store().transact((tx) => tx.add(key("n"), 7));
      await store().transact((tx) => {
        tx.delete(key("n"));
        tx.add(key("n"), 1);
      });
      expect(await store().read((tx) => tx.count(key("n")))).toBe(1);
      await store().transact((tx) => tx.add(key("n"), 2));
      expect(await store().read((tx) => tx.count(key("n")))).toBe(3);
    });

    test("is an entry of its range, however often it was added to", async () => {
      for (let at = 0; at < 5; at++) {
        await store().transact((tx) => {
          tx.add(key("n", 1), 1);
          tx.add(key("n", 2), 10);
        });
      }
      const [first, ...others] = await store().read((tx) => tx.scan(all, { limit: 9 }));
      expect(decodeCounter(first?.value)).toBe(5);
      expect(others.map(({ value }) => decodeCounter(value))).toEqual([50]);
      await store().transact((tx) => tx.deleteRange(prefixRange(["n"])));
      expect(await scan({ limit: 9 })).toEqual([]);
      await store().transact((tx) => tx.add(key("n", 1), 7));
      expect(await store().read((tx) => tx.count(key("n", 1)))).toBe(7);
    });

    test("keeps who found it small from adding beside another who did", async () => {
      for (const name of ["one", "other"]) {
        for (let at = 0; at < 3; at++) await store().transact((tx) => tx.add(key(name), 1));
      }
      const { arrive } = meeting();
      const addUnlessMore = (counted: string, added: string) =>
        store().transact(async (tx) => {
          const count = await tx.count(key(counted));
          await arrive();
          if (count === 3) tx.add(key(added), 1);
        });
      await Promise.all([addUnlessMore("one", "other"), addUnlessMore("other", "one")]);
      const counts = await store().read((tx) => Promise.all([tx.count(key("one")), tx.count(key("other"))]));
      expect(counts.sort()).toEqual([3, 4]);
    });
  });

  describe("claim", () => {
    const take = async (tx: StoreTransaction, limit: number) => {
      const entries = await tx.claim(prefixRange(["queue"]), limit);
      for (const entry of entries) tx.delete(entry.key);
      return names(entries);
    };
    const enqueue = (...values: string[]) =>
      store().transact((tx) => {
        for (const value of values) tx.put(key("queue", value), bytes(value));
      });

    test("gives each entry to one open transaction, without conflict", async () => {
      await enqueue("1", "2", "3", "4", "5");
      const { arrive } = meeting();
      let runs = 0;
      const consume = () =>
        store().transact(async (tx) => {
          runs++;
          const taken = await take(tx, 2);
          await arrive();
          return taken;
        });
      const taken = await Promise.all([consume(), consume()]);
      expect(taken.map((each) => each.length)).toEqual([2, 2]);
      expect(taken.flat().sort()).toEqual(["1", "2", "3", "4"]);
      expect(runs).toBe(2);
      expect(await scan()).toEqual(["5"]);
    });

    test("does not conflict with who adds to the queue", async () => {
      await enqueue("2");
      let runs = 0;
      await store().transact(async (tx) => {
        await take(tx, 5);
        if (runs++ === 0) await enqueue("1", "3");
      });
      expect(runs).toBe(1);
      expect(await scan()).toEqual(["1", "3"]);
    });

    test("lets go of what it held when the transaction fails", async () => {
      await enqueue("1");
      const failing = store().transact(async (tx) => {
        await take(tx, 1);
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      expect(await store().transact((tx) => take(tx, 1))).toEqual(["1"]);
    });

    test("makes who claimed run again when another, who had not claimed it, changed the entry", async () => {
      await enqueue("1");
      let runs = 0;
      const taken = await store().transact(async (tx) => {
        const entries = await take(tx, 1);
        if (runs++ === 0) await store().transact((other) => other.delete(key("queue", "1")));
        return entries;
      });
      expect(taken).toEqual([]);
      expect(runs).toBe(2);
    });
  });
}
