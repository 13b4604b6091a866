import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresPrograms, startPostgres, type TestPostgres } from "../../../tools/postgres/server.mjs";
import { prefixRange } from "../../base/tuple.ts";
import type { Store } from "../../core/ports/store.ts";
import { bytes, key, names, text } from "../testing/shorthand.ts";
import { openPostgresStore } from "./store.ts";

const programs = postgresPrograms();

describe.skipIf(programs === undefined)("several nodes over one PostgreSQL", () => {
  let server: TestPostgres;
  let nodes: Store[] = [];

  beforeAll(async () => {
    server = await startPostgres(programs!);
    nodes = await Promise.all([1, 2, 3].map(() => openPostgresStore(server.url)));
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await server.stop();
  });

  const value = async (...parts: (string | number)[]): Promise<string | undefined> =>
    nodes[0]!.read(async (tx) => text(await tx.get(key(...parts))));

  test("never lose an update to each other", async () => {
    const increment = (node: Store): Promise<void> =>
      node.transact(async (tx) => {
        const before = Number(text(await tx.get(key("s", "a", "r", "n"))) ?? 0);
        tx.put(key("s", "a", "r", "n"), bytes(String(before + 1)));
      });
    await Promise.all(Array.from({ length: 60 }, (_, at) => increment(nodes[at % 3]!)));
    expect(await value("s", "a", "r", "n")).toBe("60");
  });

  test("never both insert into a range that both found empty", async () => {
    const insert = (node: Store, own: string): Promise<void> =>
      node.transact(async (tx) => {
        const found = await tx.scan(prefixRange(["s", "a", "r", "only"]));
        if (found.length === 0) tx.put(key("s", "a", "r", "only", own), bytes(own));
      });
    await Promise.all(nodes.map((node, at) => insert(node, String(at))));
    const left = await nodes[0]!.read((tx) => tx.scan(prefixRange(["s", "a", "r", "only"])));
    expect(left).toHaveLength(1);
  });

  test("append to one log without a gap, each in its own order", async () => {
    const log = key("s", "a", "r", "log");
    await Promise.all(
      nodes.map(async (node, at) => {
        for (let count = 0; count < 20; count++) {
          await node.transact((tx) => void tx.append(log, bytes(`${at}:${count}`)));
        }
      }),
    );
    const entries = await nodes[0]!.read((tx) => tx.scan({ start: log + key(1), end: log + key(1000) }));
    expect(entries).toHaveLength(60);
    expect(entries.map((entry) => entry.key)).toEqual(entries.map((_, at) => log + key(at + 1)));
    for (const at of [0, 1, 2]) {
      const own = names(entries).filter((name) => name?.startsWith(`${at}:`));
      expect(own).toEqual(Array.from({ length: 20 }, (_, count) => `${at}:${count}`));
    }
  });

  test("take each entry of a queue once", async () => {
    await nodes[0]!.transact((tx) => {
      for (let at = 0; at < 200; at++) tx.put(key("s", "a", "r", "queue", at), bytes(String(at)));
    });
    const consume = async (node: Store): Promise<string[]> => {
      const taken: string[] = [];
      for (;;) {
        const some = await node.transact(async (tx) => {
          const entries = await tx.claim(prefixRange(["s", "a", "r", "queue"]), 5);
          for (const entry of entries) tx.delete(entry.key);
          return names(entries) as string[];
        });
        if (some.length === 0) return taken;
        taken.push(...some);
      }
    };
    const taken = (await Promise.all(nodes.map(consume))).flat();
    const left = await nodes[0]!.read((tx) => tx.scan(prefixRange(["s", "a", "r", "queue"])));
    expect([...taken, ...(names(left) as string[])].map(Number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, at) => at),
    );
  });

  test("hear what another notified", async () => {
    const heard = new Promise<void>((resolve) => nodes[1]!.watch("topic", resolve));
    await nodes[0]!.transact((tx) => tx.notify("topic"));
    await heard;
  });

  test("lose nothing acknowledged when the server dies and comes back", async () => {
    const acknowledged: number[] = [];
    let stop = false;
    const write = async (node: Store, at: number): Promise<void> => {
      for (let count = 0; !stop; count++) {
        const number = at * 1_000_000 + count;
        await node.transact((tx) => {
          tx.put(key("s", "a", "r", "kept", number), bytes("x"));
          tx.add(key("s", "a", "r", "sum"), 1);
        });
        acknowledged.push(number);
      }
    };
    const writers = nodes.map(write);
    for (let round = 0; round < 2; round++) {
      const before = acknowledged.length;
      while (acknowledged.length < before + 50) await new Promise((resolve) => setImmediate(resolve));
      await server.restart();
    }
    const before = acknowledged.length;
    while (acknowledged.length < before + 50) await new Promise((resolve) => setImmediate(resolve));
    stop = true;
    await Promise.all(writers);
    const stored = await nodes[2]!.read((tx) =>
      tx.scan(prefixRange(["s", "a", "r", "kept"]), { limit: 100_000 }),
    );
    expect(stored).toHaveLength(acknowledged.length);
    expect(await nodes[2]!.read((tx) => tx.count(key("s", "a", "r", "sum")))).toBe(acknowledged.length);
  });
});
