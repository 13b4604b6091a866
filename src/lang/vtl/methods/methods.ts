// The methods of values, by Java's names; a method that a value does not have
// gives nothing, as Velocity has it.

import { isMap, Lent, memberOf, type Value } from "../value.ts";
import { listMethods } from "./list.ts";
import { mapMethods } from "./map.ts";
import { type Method, methodNamed } from "./method.ts";
import { booleanMethods, numberMethods } from "./number.ts";
import { textMethods } from "./text.ts";

export function callMethod(on: Value, name: string, parameters: readonly Value[]): Value {
  if (on === null) return null;
  if (on instanceof Lent) return on.call(name, parameters);
  if (typeof on === "string") return call(textMethods, on, name, parameters);
  if (typeof on === "number") return call(numberMethods, on, name, parameters);
  if (typeof on === "boolean") return call(booleanMethods, on, name, parameters);
  if (Array.isArray(on)) return call(listMethods, on, name, parameters);
  return call(mapMethods, on, name, parameters);
}

function call<T extends Value>(
  methods: Readonly<Record<string, Method<T>>>,
  on: T,
  name: string,
  parameters: readonly Value[],
): Value {
  return methodNamed(methods, name)?.(on, ...parameters) ?? null;
}

/** `$value.name`: a member, or what `isName` says. */
export function propertyOf(on: Value, name: string): Value {
  if (on === null) return null;
  if (on instanceof Lent) return on.property(name);
  if (name === "empty" && typeof on === "object" && !(isMap(on) && Object.hasOwn(on, name))) {
    return callMethod(on, "isEmpty", []);
  }
  return isMap(on) ? memberOf(on, name) : null;
}
