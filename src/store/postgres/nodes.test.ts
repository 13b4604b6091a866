import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresPrograms, startPostgres, type TestPostgres } from "../../../tools/postgres/server.mjs";
import { prefixRange } from "../../base/tuple.ts";
import type { Store, StoreTransaction } from "../../core/ports/store.ts";
import { severalProcesses } from "../testing/several-processes.ts";
import { bytes, key, text } from "../testing/shorthand.ts";
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

  severalProcesses(() => nodes);

  test("preview what they remember, and make sure of what a preview throws or writes", async () => {
    const [one, other] = nodes as [Store, Store];
    const seldom = key("s", "a", "r", "previewed");
    const put = (store: Store, value: string) => store.transact((tx) => tx.put(seldom, bytes(value)));
    const refuse = async (tx: StoreTransaction): Promise<never> => {
      throw new Error(text(await tx.get(seldom)));
    };
    await put(other, "old");
    for (let again = 0; again < 5; again++) await one.read((tx) => tx.get(seldom));
    await put(other, "new");
    expect(text(await one.preview!((tx) => tx.get(seldom)))).toBe("old");
    await expect(one.preview!(refuse)).rejects.toThrow("new");
    for (let again = 0; again < 25; again++) await one.read((tx) => tx.get(seldom));
    await put(other, "newest");
    await one.preview!(async (tx) => tx.put(key("s", "a", "r", "copy"), (await tx.get(seldom))!));
    expect(text(await one.read((tx) => tx.get(key("s", "a", "r", "copy"))))).toBe("newest");
  });

  test("never wait for each other in a circle, whatever each reads of what the other writes", async () => {
    const client = new pg.Client(server.url);
    await client.connect();
    await client.query("create database crossed");
    const url = server.url.replace(/[^/]*$/, "crossed");
    const [left, right] = [await openPostgresStore(url), await openPostgresStore(url)];
    const several = (name: string) =>
      Array.from({ length: 300 }, (_, at) => key("s", "a", "r", "crossed", name, at));
    const [these, those] = [several("these"), several("those")];
    const copy = (store: Store, from: readonly string[], to: readonly string[]): Promise<void> =>
      store.transact(async (tx) => {
        const values = await tx.getMany(from);
        for (const [at, place] of to.entries()) tx.put(place, values[at]!);
      });
    await left.transact((tx) => {
      for (const place of [...these, ...those]) tx.put(place, bytes("x"));
    });
    for (let round = 0; round < 30; round++) {
      await Promise.all([copy(left, these, those), copy(right, those, these)]);
    }
    // The server counts what a connection has met when that ends.
    await Promise.all([left.close(), right.close()]);
    const { rows } = await client.query("select deadlocks from pg_stat_database where datname = 'crossed'");
    await client.end();
    expect(Number(rows[0].deadlocks)).toBe(0);
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
