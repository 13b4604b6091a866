// java.util.List.

import { bounded } from "../limits.ts";
import { ArrayList, emptyMap, isEqual, isMap, listOf, putMember, textOf, type Value } from "../value.ts";
import { int, type Method } from "./method.ts";

const within = (list: readonly Value[], at: Value | undefined): boolean =>
  typeof at === "number" && at >= 0 && at < list.length;

const contains = (list: readonly Value[], item: Value = null): boolean =>
  list.some((each) => isEqual(each, item));

export const listMethods: Readonly<Record<string, Method<Value[]>>> = {
  add: (list, first = null, second) => {
    if (second === undefined) list.push(first);
    else list.splice(int(first), 0, second);
    bounded(list);
    return second === undefined ? true : "";
  },
  addAll: (list, items) => {
    if (!Array.isArray(items)) return false;
    bounded(list);
    for (const item of [...items]) list.push(item);
    return items.length > 0;
  },
  clear: (list) => {
    list.length = 0;
    return "";
  },
  contains,
  containsAll: (list, items) => Array.isArray(items) && items.every((item) => contains(list, item)),
  equals: (list, other = null) => isEqual(list, other),
  get: (list, at) => (within(list, at) ? list[int(at)] : undefined),
  indexOf: (list, item = null) => list.findIndex((each) => isEqual(each, item)),
  isEmpty: (list) => list.length === 0,
  lastIndexOf: (list, item = null) => list.findLastIndex((each) => isEqual(each, item)),
  remove: (list, what = null) => {
    if (typeof what === "number") return within(list, what) ? list.splice(int(what), 1)[0] : undefined;
    const at = list.findIndex((each) => isEqual(each, what));
    if (at >= 0) list.splice(at, 1);
    return at >= 0;
  },
  set: (list, at, value = null) => {
    if (!within(list, at)) return undefined;
    const before = list[int(at)];
    list[int(at)] = value;
    return before;
  },
  size: (list) => list.length,
  subList: (list, from, to) => listOf(list.slice(int(from), int(to))),
  toString: textOf,
};

/** The entries of a map, each with `key` and `value`. */
export function entriesOf(map: Value): ArrayList {
  if (!isMap(map)) return new ArrayList();
  return listOf(
    Object.entries(map).map(([key, value]) => {
      const entry = emptyMap();
      putMember(entry, "key", key);
      putMember(entry, "value", value);
      return entry;
    }),
  );
}
