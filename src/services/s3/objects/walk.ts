// Walks keys in order, groups those with a delimiter into common prefixes, and
// stops at a limit: what all lists of S3 have in common.

import { after, type Key, pack, prefixRange, type Range, textPrefixRange } from "../../../base/tuple.ts";

export interface Row {
  readonly key: string;
  /** Its place in the walk: a packed tuple that begins with the key. */
  readonly position: Key;
}

/** At most `limit` rows of the range, in order of position; fewer only at its end. */
export type Scan<R extends Row> = (range: Range, limit: number) => Promise<readonly R[]>;

export interface WalkOptions {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Only keys, and common prefixes, that come after this text. */
  readonly marker?: string | undefined;
  /** In place of a marker: only rows from this position on. */
  readonly from?: Key | undefined;
  readonly limit: number;
}

export interface Walked<R extends Row> {
  readonly rows: readonly R[];
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
  /** The last key or common prefix; the next page's marker. */
  readonly last: string | undefined;
}

const batchSize = 1000;

export async function walk<R extends Row>(scan: Scan<R>, options: WalkOptions): Promise<Walked<R>> {
  const { prefix, limit } = options;
  const rows: R[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  let group: string | undefined;
  const { end } = textPrefixRange([], prefix);
  let from = startOf(options);
  while (limit > 0 && from < end) {
    const asked = Math.min(batchSize, limit - rows.length - prefixes.length + 1);
    const batch = await scan({ start: from, end }, asked);
    for (const row of batch) {
      const own = groupOf(row.key, options);
      if (own !== undefined && own === group) continue;
      if (rows.length + prefixes.length === limit) return { rows, prefixes, truncated: true, last };
      group = own;
      if (own === undefined) rows.push(row);
      else prefixes.push(own);
      last = own ?? row.key;
    }
    const final = batch.at(-1);
    if (final === undefined || batch.length < asked) break;
    // One leap over all that is in a group, however much it is.
    from = group === undefined ? after(final.position) : textPrefixRange([], group).end;
  }
  return { rows, prefixes, truncated: false, last };
}

function startOf(options: WalkOptions): Key {
  const { prefix, marker, from } = options;
  const { start } = textPrefixRange([], prefix);
  if (from !== undefined) return from > start ? from : start;
  if (marker === undefined || marker === "") return start;
  // A group that is not greater than the marker does not show, though keys within may be.
  const group = groupOf(marker, options);
  const past = group === undefined ? prefixRange([marker]).end : textPrefixRange([], group).end;
  return past > start ? past : start;
}

/** The common prefix under which a key shows; undefined where it shows itself. */
function groupOf(key: string, { prefix, delimiter }: WalkOptions): string | undefined {
  if (delimiter === undefined || delimiter === "" || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** The position of a key's own record. */
export function positionOf(...parts: readonly (string | number)[]): Key {
  return pack(parts);
}
