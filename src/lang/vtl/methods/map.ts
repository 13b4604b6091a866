// java.util.Map.

import { isEqual, isMap, listOf, memberOf, putMember, textOf, type Value, type ValueMap } from "../value.ts";
import { entriesOf } from "./list.ts";
import type { Method } from "./method.ts";

const has = (map: ValueMap, name: Value = null): boolean => Object.hasOwn(map, textOf(name));

function put(map: ValueMap, name: Value = null, value: Value = null): Value {
  const before = memberOf(map, textOf(name));
  putMember(map, textOf(name), value);
  // Where nothing stood before, Java's null comes out of `$map.put()` as nothing only if it is quiet.
  return before;
}

export const mapMethods: Readonly<Record<string, Method<ValueMap>>> = {
  clear: (map) => {
    for (const name of Object.keys(map)) delete map[name];
    return "";
  },
  containsKey: has,
  containsValue: (map, value = null) => Object.values(map).some((each) => isEqual(each, value)),
  entrySet: entriesOf,
  equals: (map, other = null) => isEqual(map, other),
  get: (map, name = null) => memberOf(map, textOf(name)),
  // Entries of maps are maps themselves.
  getKey: (map) => memberOf(map, "key"),
  getValue: (map) => memberOf(map, "value"),
  getOrDefault: (map, name = null, other = null) => (has(map, name) ? memberOf(map, textOf(name)) : other),
  isEmpty: (map) => Object.keys(map).length === 0,
  keySet: (map) => listOf(Object.keys(map)),
  put,
  putAll: (map, other = null) => {
    if (isMap(other)) for (const [name, value] of Object.entries(other)) putMember(map, name, value);
    return "";
  },
  putIfAbsent: (map, name = null, value = null) =>
    has(map, name) ? memberOf(map, textOf(name)) : put(map, name, value),
  remove: (map, name = null) => {
    const before = memberOf(map, textOf(name));
    delete map[textOf(name)];
    return before;
  },
  size: (map) => Object.keys(map).length,
  toString: textOf,
  values: (map) => listOf(Object.values(map)),
};
