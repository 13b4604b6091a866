// The values of templates: JSON's, lists that templates made themselves, and
// what the caller lends under names such as `$util`. They print as Java's do.

export type Value = null | boolean | number | string | Value[] | ValueMap | Lent;

export interface ValueMap {
  [name: string]: Value;
}

/** A list that the template itself wrote: it prints as `[a, b]`, where one of JSON prints as JSON. */
export class ArrayList extends Array<Value> {}

export function listOf(items: Iterable<Value>): ArrayList {
  const list = new ArrayList();
  for (const item of items) list.push(item);
  return list;
}

/** What the caller lends: `$input`, `$util`, `$context`. */
export class Lent {
  readonly #name: string;
  readonly #members: LentMembers;

  constructor(name: string, members: LentMembers) {
    this.#name = name;
    this.#members = members;
  }

  property(name: string): Value {
    return this.#members.property?.(name) ?? null;
  }

  /** Null where there is no such method. */
  call(name: string, parameters: readonly Value[]): Value {
    const { methods } = this.#members;
    if (methods === undefined || !Object.hasOwn(methods, name)) return null;
    return methods[name]!(...parameters) ?? null;
  }

  /** False where there is no such property to set. */
  assign(name: string, value: Value): boolean {
    if (this.#members.assign === undefined) return false;
    this.#members.assign(name, value);
    return true;
  }

  toString(): string {
    return this.#members.text?.() ?? this.#name;
  }
}

export interface LentMembers {
  readonly property?: (name: string) => Value | undefined;
  readonly methods?: Readonly<Record<string, (...parameters: readonly Value[]) => Value | undefined>>;
  readonly assign?: (name: string, value: Value) => void;
  readonly text?: () => string;
}

/** A map without a prototype: names that clients choose are only names. */
export function emptyMap(): ValueMap {
  return Object.create(null) as ValueMap;
}

export function isMap(value: Value): value is ValueMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Lent);
}

export function memberOf(map: ValueMap, name: string): Value {
  return Object.hasOwn(map, name) ? (map[name] ?? null) : null;
}

/** Defined rather than assigned: `__proto__` is a name like any other. */
export function putMember(map: ValueMap, name: string, value: Value): void {
  Object.defineProperty(map, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Only nothing and false are false: an empty text is true. */
export function isTrue(value: Value): boolean {
  return value !== null && value !== false;
}

export function textOf(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (value instanceof Lent) return value.toString();
  if (value instanceof ArrayList) return `[${value.map(textOf).join(", ")}]`;
  if (Array.isArray(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${name}=${textOf(member)}`)
    .join(", ")}}`;
}

/** As Java prints an Integer, a Long or a Double. */
function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString();
  const [mantissa = "", exponent] = value.toString().split("e");
  if (exponent !== undefined)
    return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
  if (Math.abs(value) >= 1e-3) return value.toString();
  const [small = "", power = ""] = value.toExponential().split("e");
  return `${small.includes(".") ? small : `${small}.0`}E${Number(power)}`;
}

export function isEqual(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  if (typeof left !== "object" && typeof left === typeof right) return left === right;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, at) => isEqual(item, right[at] ?? null));
  }
  return textOf(left) === textOf(right);
}
