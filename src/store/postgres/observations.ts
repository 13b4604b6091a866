// What a transaction has read, in a form that the server can check: versions of
// keys, and of ranges how many entries they hold and what their versions sum to.

import type { Key, Range } from "../../core/ports/store.ts";
import { bytesArray, numberArray, statements } from "./statements.ts";

export interface Observations {
  readonly keys: ReadonlyMap<Key, number>;
  /** Those of the keys that are counters. */
  readonly counters: ReadonlySet<Key>;
  readonly ranges: readonly RangeRead[];
}

export interface RangeRead {
  readonly range: Range;
  readonly entries: number;
  readonly versions: number;
}

export interface Question {
  readonly text: string;
  readonly parameters: readonly string[];
}

/** Its rows name, by position and perhaps more than once, the readers whose observations no longer hold. Undefined where nothing was observed. */
export function questionOf(readers: readonly Observations[]): Question | undefined {
  const keys = parametersOfKeys(readers);
  const ranges = parametersOfRanges(readers);
  if (keys === undefined) return ranges && { text: statements.staleRanges, parameters: ranges };
  if (ranges === undefined) return { text: statements.staleKeys, parameters: keys };
  return { text: statements.stale, parameters: [...keys, ...ranges] };
}

function parametersOfKeys(readers: readonly Observations[]): string[] | undefined {
  const keys = readers.flatMap(({ keys }, owner) =>
    [...keys].map(([key, version]) => ({ owner, key, version })),
  );
  if (keys.length === 0) return undefined;
  return [
    numberArray(keys.map(({ owner }) => owner)),
    bytesArray(keys.map(({ key }) => key)),
    numberArray(keys.map(({ version }) => version)),
  ];
}

function parametersOfRanges(readers: readonly Observations[]): string[] | undefined {
  const ranges = readers.flatMap((reader, owner) => reader.ranges.map((read) => ({ owner, ...read })));
  if (ranges.length === 0) return undefined;
  return [
    numberArray(ranges.map(({ owner }) => owner)),
    bytesArray(ranges.map(({ range }) => range.start)),
    bytesArray(ranges.map(({ range }) => range.end)),
    numberArray(ranges.map(({ entries }) => entries)),
    numberArray(ranges.map(({ versions }) => versions)),
  ];
}
