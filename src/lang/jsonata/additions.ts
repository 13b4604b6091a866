// The functions that AWS adds to JSONata, those it takes away, and those whose
// time and chance must come from the caller.

import { createHash } from "node:crypto";
import { seeded } from "./seeded.ts";

/** What differs from one evaluation to the next. */
export interface Chance {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly random: () => number;
  readonly uuid: () => string;
}

type FormatTime = (at: number, picture?: string, zone?: string) => Promise<unknown>;

const longestRange = 1_000;
const algorithms: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

export function additions(format: FormatTime) {
  return {
    constant: { partition, range, hash, parse, eval: undefined },
    of: ({ now, random, uuid }: Chance) => ({
      now: (picture?: string, zone?: string) =>
        picture === undefined && zone === undefined
          ? new Date(now).toISOString()
          : format(now, picture, zone),
      millis: () => now,
      random: (seed?: unknown) => (seed === undefined ? random() : seeded(number(seed, "random", 1))),
      uuid,
    }),
  };
}

function partition(values: unknown, size: unknown): readonly unknown[] {
  const items: readonly unknown[] = Array.isArray(values) ? values : [values];
  const chunk = Math.round(number(size, "partition", 2));
  if (chunk < 1) throw failure("partition", "The chunk size must be a positive integer");
  return Array.from({ length: Math.ceil(items.length / chunk) }, (_, at) =>
    items.slice(at * chunk, (at + 1) * chunk),
  );
}

/** Both ends are inclusive. */
function range(first: unknown, last: unknown, step: unknown): readonly number[] {
  const [from, to, by] = [first, last, step].map((value, at) =>
    Math.round(number(value, "range", at + 1)),
  ) as [number, number, number];
  if (by === 0) throw failure("range", "The step must not be 0");
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > longestRange) throw failure("range", `A range has at most ${longestRange} elements`);
  return Array.from({ length }, (_, at) => from + at * by);
}

function hash(data: unknown, algorithm: unknown): string {
  const name =
    typeof algorithm === "string" && Object.hasOwn(algorithms, algorithm) ? algorithms[algorithm] : undefined;
  if (name === undefined)
    throw failure("hash", `The algorithm must be one of ${Object.keys(algorithms).join(", ")}`);
  return createHash(name)
    .update(typeof data === "string" ? data : JSON.stringify(data))
    .digest("hex");
}

function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== "string") throw failure("parse", "The argument must be a string");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failure("parse", (error as Error).message);
  }
}

function number(value: unknown, name: string, position: number): number {
  if (typeof value === "number") return value;
  throw Object.assign(
    new Error(`Argument ${position} of function "${name}" does not match function signature`),
    {
      code: "T0410",
    },
  );
}

function failure(name: string, why: string): Error {
  return new Error(`$${name}: ${why}`);
}
