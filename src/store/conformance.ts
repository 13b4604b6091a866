// What every store must do, as one suite: each adapter's test runs it. It speaks
// the port only, and awaits everything, for an adapter may answer later.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { prefixRange } from "../base/tuple.ts";
import type { Store, StoreTransaction } from "../core/ports/store.ts";
import { transactionsSideBySide } from "./testing/concurrency.ts";
import { replayingHistories } from "./testing/histories.ts";
import { all, bytes, key, names, shorthand, text } from "./testing/shorthand.ts";

export function storeConformance(open: () => Promise<Store>): void {
  let store: Store;

  beforeEach(async () => {
    store = await open();
  });
  afterEach(async () => {
    await store.close();
  });

  const { put, get, scan } = shorthand(() => store);

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

    test("reads what was there when it asked, whatever it writes before the answer comes", async () => {
      await put(["a", "before"]);
      await store.transact(async (tx) => {
        const one = tx.get(key("a"));
        const many = tx.getMany([key("a")]);
        tx.put(key("a"), bytes("after"));
        expect(text(await one)).toBe("before");
        expect((await many).map(text)).toEqual(["before"]);
      });
      expect(await get("a")).toBe("after");
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
      let runs = 0;
      await store.transact(async (tx) => {
        const value = await tx.get(key("a"));
        const entries = await tx.scan(all, { limit: 2 });
        await tx.get(key("b"));
        if (runs++ === 0) await store.transact((other) => other.put(key("y"), bytes("yyyyy")));
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

    test("confirms what it read of many entries when more is read", async () => {
      await store.transact((tx) => {
        for (let at = 0; at < 20_000; at++) tx.put(key("many", at), bytes("x"));
      });
      let runs = 0;
      const found = await store.transact(async (tx) => {
        runs++;
        const entries = await tx.scan(all, { limit: 50_000 });
        tx.put(key("sum"), bytes(String(entries.length)));
        return [entries.length, await tx.get(key("none"))];
      });
      expect([runs, ...found]).toEqual([1, 20_000, undefined]);
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

  describe("estimate", () => {
    test("tells a counter with its own additions, and conflicts with nobody", async () => {
      await store.transact((tx) => tx.add(key("n"), 3));
      let runs = 0;
      await store.transact(async (tx) => {
        runs++;
        tx.add(key("n"), 1);
        expect(await tx.estimate(key("n"))).toBe(4);
        expect(await tx.estimate(key("m"))).toBe(0);
        if (runs === 1) await store.transact((other) => other.add(key("n"), 10));
        expect(await tx.estimate(key("n"))).toBe(14);
      });
      expect(runs).toBe(1);
      expect(await store.read((tx) => tx.count(key("n")))).toBe(14);
    });
  });

  describe("deleteRange", () => {
    test("deletes what is in the range and nothing else", async () => {
      await put(["a", "1"], ["b", "2"], ["c", "3"], ["d", "4"]);
      await store.transact((tx) => tx.deleteRange({ start: key("b"), end: key("d") }));
      expect(await scan()).toEqual(["1", "4"]);
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

  transactionsSideBySide(() => store);
  replayingHistories(() => store);
}
