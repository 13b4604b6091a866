// What the API model cannot say about attribute values: exactly one type, no
// empty or repeating sets, bounded nesting, numbers in range. One walk checks,
// measures by AWS's rules and brings numbers into canonical form.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html

import { invalidParameter, validation, type Wording } from "../faults.ts";
import { type AttributeValue, type Item, setAttribute, type ValueType } from "./attribute-value.ts";
import { binaryText, compareStrings } from "./compare.ts";
import { compareNumbers, normaliseNumber, numberSize } from "./number.ts";

/** What a walk has found so far. */
export interface Measure {
  /** Bytes. */
  size: number;
  /** Whether some value holds bytes, which JSON cannot carry as they are. */
  binary: boolean;
  readonly wording: Wording;
}

/** Levels of lists and maps; the attribute itself is the 32nd. */
const deepestNesting = 31;
const types: Readonly<Record<string, true>> = {
  S: true,
  N: true,
  B: true,
  SS: true,
  NS: true,
  BS: true,
  M: true,
  L: true,
  NULL: true,
  BOOL: true,
};

export function newMeasure(wording: Wording = "current"): Measure {
  return { size: 0, binary: false, wording };
}

/** The item in canonical form (the same object where nothing had to change); adds its size to `measure`. */
export function normaliseItem(item: Item, measure: Measure, depth = 0): Item {
  let changed: Record<string, AttributeValue> | undefined;
  if (Object.hasOwn(item, "")) throw validation("Empty attribute name");
  for (const name in item) {
    const value = item[name]!;
    measure.size += textSize(name);
    const canonical = normaliseValue(value, measure, depth);
    if (canonical !== value) {
      changed ??= { ...item };
      setAttribute(changed, name, canonical);
    }
  }
  return changed ?? item;
}

export function normaliseValue(value: AttributeValue, measure: Measure, depth = 0): AttributeValue {
  switch (onlyType(value)) {
    case "S":
      measure.size += textSize(value.S!);
      return value;
    case "N": {
      const number = numberOf(value.N!, measure);
      measure.size += numberSize(number);
      return number === value.N ? value : { N: number };
    }
    case "B":
      measure.binary = true;
      measure.size += value.B!.byteLength;
      return value;
    case "BOOL":
      measure.size += 1;
      return value;
    case "NULL":
      if (value.NULL !== true)
        throw invalidParameter("Null attribute value types must have the value of true");
      measure.size += 1;
      return value;
    case "SS":
      return stringSet(value, measure);
    case "NS":
      return numberSet(value, measure);
    case "BS":
      return binarySet(value, measure);
    case "L":
      return list(value, measure, deeper(depth));
    case "M": {
      const map = value.M!;
      measure.size += 3;
      for (const _ in map) measure.size += 1;
      const canonical = normaliseItem(map, measure, deeper(depth));
      return canonical === map ? value : { M: canonical };
    }
  }
}

/** Members set to undefined count as absent: the codec may leave them so. */
function onlyType(value: AttributeValue): ValueType {
  let found: ValueType | undefined;
  for (const member in value) {
    if (types[member] === undefined || value[member as ValueType] === undefined) continue;
    if (found !== undefined) {
      throw validation(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
      );
    }
    found = member as ValueType;
  }
  if (found === undefined) {
    throw validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
  return found;
}

function deeper(depth: number): number {
  if (depth >= deepestNesting) {
    throw validation(
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
    );
  }
  return depth + 1;
}

export function textSize(text: string): number {
  return Buffer.byteLength(text);
}

function list(value: AttributeValue, measure: Measure, depth: number): AttributeValue {
  const members = value.L!;
  measure.size += 3 + members.length;
  let changed: AttributeValue[] | undefined;
  for (let at = 0; at < members.length; at += 1) {
    const canonical = normaliseValue(members[at]!, measure, depth);
    if (canonical !== members[at]) {
      changed ??= members.slice();
      changed[at] = canonical;
    }
  }
  return changed === undefined ? value : { L: changed };
}

const exponent = /[eE]([+-]?\d{10,})$/;

/** Exponents are kept in 64 bits, by the older layer in 32: more cannot be read, and there the largest turns round. */
function refuseExponent(text: string, limit: bigint): void {
  const found = exponent.exec(text);
  if (found === null) return;
  const value = BigInt(found[1]!.replace("+", ""));
  if (value >= limit || value < -limit) {
    throw validation(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  if (limit === 2n ** 31n && value === limit - 1n) {
    throw validation(
      "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    );
  }
}

function numberOf(text: string, { wording }: Measure): string {
  if (wording === "older") refuseExponent(text, 2n ** 31n);
  else if (text === "") throw validation("The parameter cannot be converted to a numeric value: ");
  else refuseExponent(text, 2n ** 63n);
  return normaliseNumber(text);
}

function stringSet(value: AttributeValue, measure: Measure): AttributeValue {
  const members = value.SS!;
  if (members.length === 0) throw invalidParameter("An string set  may not be empty");
  for (const member of members) measure.size += textSize(member);
  if (new Set(members).size !== members.length) {
    const shown =
      measure.wording === "older"
        ? members.join(", ")
        : untilRepeated(members, compareStrings)
            .map((member) => `"${member}"`)
            .join(", ");
    throw invalidParameter(`Input collection [${shown}] contains duplicates.`);
  }
  const sorted = inOrder(members, compareStrings);
  return sorted === members ? value : { SS: sorted };
}

function numberSet(value: AttributeValue, measure: Measure): AttributeValue {
  const members = value.NS!;
  if (members.length === 0) throw invalidParameter("An number set  may not be empty");
  const canonical = members.map((member) => numberOf(member, measure));
  for (const member of canonical) measure.size += numberSize(member);
  if (new Set(canonical).size !== members.length) {
    throw measure.wording === "older"
      ? validation("Input collection contains duplicates")
      : invalidParameter("Input collection contains duplicates.");
  }
  const sorted = inOrder(canonical, compareNumbers);
  return sorted.every((member, at) => member === members[at]) ? value : { NS: sorted };
}

function binarySet(value: AttributeValue, measure: Measure): AttributeValue {
  const members = value.BS!;
  measure.binary = true;
  if (members.length === 0) throw invalidParameter("Binary sets should not be empty");
  for (const member of members) {
    measure.size += member.byteLength;
  }
  if (new Set(members.map(binaryText)).size !== members.length) {
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
    const shown =
      measure.wording === "older"
        ? members.map(base64).join(", ")
        : untilRepeated(members, compareBytes)
            .map((member) => `"${base64(member)}"`)
            .join(",");
    throw invalidParameter(`Input collection [${shown}]of type BS contains duplicates.`);
  }
  const sorted = inOrder(members, compareBytes);
  return sorted === members ? value : { BS: sorted };
}

const compareBytes = (left: Uint8Array, right: Uint8Array) => Buffer.compare(left, right);

/** The same array where it is in order; sets come back in DynamoDB's order, not as they were written. */
function inOrder<T>(members: readonly T[], compare: (left: T, right: T) => number): readonly T[] {
  for (let at = 1; at < members.length; at += 1) {
    if (compare(members[at - 1]!, members[at]!) > 0) return members.toSorted(compare);
  }
  return members;
}

/** As AWS shows a set that repeats itself: in order as far as it does not, then the rest as it was given. */
function untilRepeated<T>(members: readonly T[], compare: (left: T, right: T) => number): readonly T[] {
  const at = members.findIndex((member, place) =>
    members.slice(0, place).some((earlier) => compare(earlier, member) === 0),
  );
  return [...members.slice(0, at).sort(compare), ...members.slice(at)];
}
