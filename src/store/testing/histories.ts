// Random concurrent transactions against a simple model: whatever the store let
// happen side by side must be what happens when the same transactions run one
// after the other in the order of their commits. fast-check prints the seed of a
// failure and the smallest history that shows it.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pack } from "../../base/tuple.ts";
import type { Range, Store, StoreTransaction } from "../../core/ports/store.ts";
import { decodeCounter } from "../counter.ts";

type Step =
  | { readonly do: "get"; readonly at: number }
  | { readonly do: "delete"; readonly at: number }
  | { readonly do: "count"; readonly at: number }
  | { readonly do: "forget"; readonly at: number }
  | { readonly do: "tally" }
  | { readonly do: "forgetAll" }
  | { readonly do: "put"; readonly at: number; readonly value: number }
  | { readonly do: "add"; readonly at: number; readonly value: number }
  | {
      readonly do: "scan";
      readonly from: number;
      readonly to: number;
      readonly limit: number;
      readonly reverse: boolean;
    }
  | { readonly do: "deleteRange"; readonly from: number; readonly to: number }
  | { readonly do: "take"; readonly limit: number }
  | { readonly do: "pause"; readonly turns: number; readonly ticks: number };

interface Plan {
  readonly delay: number;
  readonly steps: readonly Step[];
}

interface Outcome {
  readonly plan: Plan;
  readonly seen: readonly string[];
  /** The commits before its start and up to its end: where one that wrote nothing may stand. */
  readonly window: readonly [number, number];
}

const keys = 6;
// Values and counters share no keys: a counter is not to be read as a value, nor claimed as a queue entry.
const valueKey = (at: number) => pack(["value", at]);
const counterKey = (at: number) => pack(["counter", at]);
const range = (from: number, to: number): Range => ({ start: valueKey(from), end: valueKey(to) });
const whole = range(0, keys);
const allCounters: Range = { start: counterKey(0), end: counterKey(keys) };

const at = fc.nat(keys - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom("get" as const, "delete" as const, "count" as const, "forget" as const),
    at,
  }),
  fc.record({ do: fc.constant("tally" as const) }),
  fc.record({ do: fc.constant("forgetAll" as const) }),
  fc.record({ do: fc.constantFrom("put" as const, "add" as const), at, value: fc.nat(99) }),
  fc.record({
    do: fc.constant("scan" as const),
    from: at,
    to: fc.nat(keys),
    limit: fc.nat(4),
    reverse: fc.boolean(),
  }),
  fc.record({ do: fc.constant("deleteRange" as const), from: at, to: fc.nat(keys) }),
  fc.record({ do: fc.constant("take" as const), limit: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant("pause" as const), turns: fc.nat(1), ticks: fc.nat(4) }),
);
const plans = fc.array(
  fc.record({ delay: fc.nat(3), steps: fc.array(step, { minLength: 1, maxLength: 7 }) }),
  {
    minLength: 2,
    maxLength: 10,
  },
);

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function pause(turns: number, ticks: number): Promise<void> {
  for (let count = 0; count < turns; count++) await turn();
  for (let count = 0; count < ticks; count++) await undefined;
}

const entriesText = (entries: Iterable<{ key: string; value: Uint8Array }>) =>
  [...entries].map(({ key, value }) => `${key}=${Buffer.from(value).toString("latin1")}`).join(" ");

const countersText = (counters: Iterable<readonly [string, number]>) =>
  [...counters].map(([key, count]) => `${key}=${count}`).join(" ");

const reading = new Set<Step["do"]>(["get", "count", "scan", "tally", "pause"]);
const writing = new Set<Step["do"]>(["put", "add", "delete", "forget", "forgetAll"]);

interface Performance {
  /** What each reading step saw, as text. */
  readonly seen: readonly string[];
  readonly wrote: boolean;
}

/** The steps on a store's transaction. `take` is a queue's consumer: it deletes what it claims. */
async function perform(steps: readonly Step[], tx: StoreTransaction): Promise<Performance> {
  const seen: string[] = [];
  let wrote = false;
  for (const one of steps) {
    if (one.do === "pause") await pause(one.turns, one.ticks);
    else if (one.do === "get") seen.push(String(Buffer.from((await tx.get(valueKey(one.at))) ?? [255])));
    else if (one.do === "count") seen.push(String(await tx.count(counterKey(one.at))));
    else if (one.do === "scan") seen.push(entriesText(await tx.scan(range(one.from, one.to), one)));
    else if (one.do === "tally") seen.push(await tally(tx));
    else if (one.do === "forget") tx.delete(counterKey(one.at));
    else if (one.do === "forgetAll") tx.deleteRange(allCounters);
    else if (one.do === "put") tx.put(valueKey(one.at), Uint8Array.of(one.value));
    else if (one.do === "add") tx.add(counterKey(one.at), one.value);
    else if (one.do === "delete") tx.delete(valueKey(one.at));
    else if (one.do === "deleteRange") tx.deleteRange(range(one.from, one.to));
    else {
      const taken = await tx.claim(whole, one.limit);
      for (const entry of taken) tx.delete(entry.key);
      seen.push(entriesText(taken));
      wrote ||= taken.length > 0;
    }
    wrote ||= one.do === "deleteRange" ? one.from < one.to : writing.has(one.do);
  }
  return { seen, wrote };
}

async function tally(tx: StoreTransaction): Promise<string> {
  const entries = await tx.scan(allCounters);
  return countersText(entries.map(({ key, value }) => [key, decodeCounter(value)]));
}

/** The same steps on the model; what a claim takes is given, and must be there. */
class Model {
  values = new Map<string, Uint8Array>();
  counters = new Map<string, number>();

  copy(): Model {
    const copy = new Model();
    copy.values = new Map(this.values);
    copy.counters = new Map(this.counters);
    return copy;
  }

  scan({ start, end }: Range, limit: number, reverse: boolean): { key: string; value: Uint8Array }[] {
    const keys = [...this.values.keys()].filter((key) => start <= key && key < end).sort();
    if (reverse) keys.reverse();
    return keys.slice(0, limit).map((key) => ({ key, value: this.values.get(key)! }));
  }

  tally(): string {
    return countersText([...this.counters].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  replay(steps: readonly Step[], seen: readonly string[]): string[] {
    const expected: string[] = [];
    for (const one of steps) {
      if (one.do === "pause") continue;
      if (one.do === "get") expected.push(String(Buffer.from(this.values.get(valueKey(one.at)) ?? [255])));
      else if (one.do === "count") expected.push(String(this.counters.get(counterKey(one.at)) ?? 0));
      else if (one.do === "scan")
        expected.push(entriesText(this.scan(range(one.from, one.to), one.limit, one.reverse)));
      else if (one.do === "tally") expected.push(this.tally());
      else if (one.do === "forget") this.counters.delete(counterKey(one.at));
      else if (one.do === "forgetAll") this.counters.clear();
      else if (one.do === "put") this.values.set(valueKey(one.at), Uint8Array.of(one.value));
      else if (one.do === "add") {
        this.counters.set(counterKey(one.at), (this.counters.get(counterKey(one.at)) ?? 0) + one.value);
      } else if (one.do === "delete") this.values.delete(valueKey(one.at));
      else if (one.do === "deleteRange") {
        for (const { key } of this.scan(range(one.from, one.to), keys, false)) this.values.delete(key);
      } else {
        const taken = seen[expected.length] ?? "";
        const present = this.scan(whole, keys, false).filter((entry) => taken.includes(entriesText([entry])));
        for (const { key } of present) this.values.delete(key);
        expected.push(entriesText(present));
      }
    }
    return expected;
  }
}

async function run(
  store: Store,
  history: readonly Plan[],
): Promise<{ writers: Outcome[]; readers: Outcome[] }> {
  const writers: Outcome[] = [];
  const readers: Outcome[] = [];
  await Promise.all(
    history.map(async (plan) => {
      await pause(plan.delay, 0);
      const start = writers.length;
      const readOnly = plan.steps.every((one) => reading.has(one.do));
      const body = (tx: StoreTransaction) => perform(plan.steps, tx);
      const { seen, wrote } = readOnly ? await store.read(body) : await store.transact(body);
      // Commits have an order; a transaction that wrote nothing stands anywhere between its start and its end.
      (wrote ? writers : readers).push({ plan, seen, window: [start, writers.length] });
    }),
  );
  return { writers, readers };
}

export function replayingHistories(store: () => Store): void {
  describe("a random history of concurrent transactions", () => {
    test("is what its transactions do one after the other", { timeout: 60_000 }, async () => {
      const property = fc.asyncProperty(plans, async (history) => {
        await store().clear();
        const { writers, readers } = await run(store(), history);
        const model = new Model();
        const states = [model.copy()];
        for (const { plan, seen } of writers) {
          expect(model.replay(plan.steps, seen)).toEqual(seen);
          states.push(model.copy());
        }
        for (const { plan, seen, window } of readers) {
          // The commits of a window's transactions may show before they are counted: one more state at most per plan.
          const possible = states.slice(window[0], window[1] + history.length);
          expect(possible.map((state) => state.replay(plan.steps, seen))).toContainEqual(seen);
        }
        const left = await store().read((tx) => tx.scan(whole));
        expect(entriesText(left)).toBe(entriesText(model.scan(whole, keys, false)));
        for (let index = 0; index < keys; index++) {
          const count = await store().read((tx) => tx.count(counterKey(index)));
          expect(count).toBe(model.counters.get(counterKey(index)) ?? 0);
        }
      });
      await fc.assert(property, { numRuns: 300, endOnFailure: false });
    });
  });
}

interface Done extends Pick<Outcome, "plan" | "seen"> {
  readonly began: number;
  readonly ended: number;
}

/** The same over several stores that are one, where nobody knows the order of the commits: there must be one that explains all. */
export function searchingHistories(stores: () => readonly Store[]): void {
  test("random transactions at all of them have an order", { timeout: 120_000 }, async () => {
    let runs = 0;
    const property = fc.asyncProperty(plans, async (history) => {
      const all = stores();
      await all[0]!.clear();
      const before = await addEverywhere(all);
      const done = await Promise.all(
        history.map(async (plan, number): Promise<Done> => {
          await pause(plan.delay, 0);
          const store = all[(number + runs) % all.length]!;
          const began = performance.now();
          const body = (tx: StoreTransaction) => perform(plan.steps, tx);
          const readOnly = plan.steps.every((one) => reading.has(one.do));
          const { seen } = readOnly ? await store.read(body) : await store.transact(body);
          return { plan, seen, began, ended: performance.now() };
        }),
      );
      runs++;
      const left = entriesText(await all[0]!.read((tx) => tx.scan(whole)));
      const counts = await Promise.all(
        Array.from({ length: keys }, (_, at) => all[1]!.read((tx) => tx.count(counterKey(at)))),
      );
      const explains = (model: Model): boolean =>
        entriesText(model.scan(whole, keys, false)) === left &&
        counts.every((count, at) => count === (model.counters.get(counterKey(at)) ?? 0));
      expect(hasOrder(done, before, explains)).toBe(true);
    });
    await fc.assert(property, { numRuns: 150 });
  });
}

/** Counters that all of them have added to again and again, which is when a store may keep them in several places. */
async function addEverywhere(stores: readonly Store[]): Promise<Model> {
  const model = new Model();
  for (let round = 0; round < 2; round++) {
    await Promise.all(
      stores.map((store) =>
        store.transact((tx) => {
          for (let index = 0; index < keys; index++) tx.add(counterKey(index), 1);
        }),
      ),
    );
  }
  for (let index = 0; index < keys; index++) model.counters.set(counterKey(index), 2 * stores.length);
  return model;
}

/** Whether the transactions could have run one after the other, none before one that had ended when it began. */
function hasOrder(left: readonly Done[], model: Model, explains: (model: Model) => boolean): boolean {
  if (left.length === 0) return explains(model);
  return left.some((next) => {
    if (left.some(({ ended }) => ended < next.began)) return false;
    const after = model.copy();
    const expected = after.replay(next.plan.steps, next.seen);
    const rest = left.filter((other) => other !== next);
    return expected.join("|") === next.seen.join("|") && hasOrder(rest, after, explains);
  });
}
