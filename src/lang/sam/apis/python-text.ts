// How Python 2.7 prints a value: the text that AWS hashes for the id of an API's
// deployment. Its dictionaries are hash tables, printed in the order of their slots;
// texts that come from the template are marked `u`, those of SAM's own making not.

import { isFields, type Value } from "../../template/value.ts";

const smallest = 8;

/** Python 2.7's hash of a text, of 64 bits. */
const hashes = new Map<string, bigint>();

function hashOf(text: string): bigint {
  const known = hashes.get(text);
  if (known !== undefined) return known;
  const points = [...text].map((each) => BigInt(each.codePointAt(0) ?? 0));
  let hash = (points[0] ?? 0n) << 7n;
  for (const point of points) hash = BigInt.asUintN(64, hash * 1_000_003n) ^ point;
  hash ^= BigInt(points.length);
  if (hash === 0xffff_ffff_ffff_ffffn) hash = 0xffff_ffff_ffff_fffen;
  if (hashes.size > 10_000) hashes.clear();
  hashes.set(text, hash);
  return hash;
}

/** The keys in the order of the table that they are put into one after the other. */
export function slotOrder(keys: readonly string[]): readonly string[] {
  let slots = new Array<string | undefined>(smallest).fill(undefined);
  let used = 0;
  const put = (table: (string | undefined)[], key: string): void => {
    const mask = BigInt(table.length - 1);
    const hash = hashOf(key);
    let slot = hash & mask;
    for (let rest = hash; table[Number(slot)] !== undefined; rest >>= 5n)
      slot = (slot * 5n + rest + 1n) & mask;
    table[Number(slot)] = key;
  };
  for (const key of keys) {
    put(slots, key);
    used += 1;
    if (used * 3 < slots.length * 2) continue;
    let size = smallest;
    while (size <= used * 4) size *= 2;
    const larger = new Array<string | undefined>(size).fill(undefined);
    for (const each of slots) if (each !== undefined) put(larger, each);
    slots = larger;
  }
  return slots.filter((each) => each !== undefined);
}

/** The order of a dictionary that was copied once: its keys were put in, and then put in again. */
export function copiedOrder(keys: readonly string[]): readonly string[] {
  const order = slotOrder(slotOrder(keys));
  // The version of a document that SAM made has taken the place of another's.
  const version = order.indexOf("openapi");
  if (version < 0 || order[version - 1] !== "components") return order;
  return order.map((each, at) => (at === version - 1 ? "openapi" : at === version ? "components" : each));
}

/** `own` tells whether the text at a path is SAM's own. */
export function pythonText(
  value: Value,
  own: (text: string, path: readonly string[]) => boolean,
  path: readonly string[] = [],
): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return quoted(value, own(value, path));
  if (Array.isArray(value))
    return `[${value.map((each, at) => pythonText(each, own, [...path, String(at)])).join(", ")}]`;
  if (!isFields(value)) return String(value);
  const members = copiedOrder(Object.keys(value)).map((name) => {
    const inner = [...path, name];
    return `${quoted(name, own(name, inner))}: ${pythonText(value[name] ?? null, own, inner)}`;
  });
  return `{${members.join(", ")}}`;
}

function quoted(text: string, own: boolean): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replace(/\\/g, "\\\\")
    .replaceAll(quote, quote === "'" ? "\\'" : '"')
    .replace(/\n/g, "\\n")
    .replace(/\r/g, "\\r")
    .replace(/\t/g, "\\t");
  return `${own ? "" : "u"}${quote}${escaped}${quote}`;
}
