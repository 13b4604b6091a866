// Equality and order of attribute values, as conditions and keys see them.

import { type AttributeValue, attribute, type Item, typeOf } from "./attribute-value.ts";
import { compareNumbers } from "./number.ts";

/** Equality of two normalised values; sets ignore order. Values of different types are never equal. */
export function valuesEqual(left: AttributeValue, right: AttributeValue): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  switch (type) {
    case "S":
      return left.S === right.S;
    case "N":
      return left.N === right.N;
    case "B":
      return Buffer.compare(left.B!, right.B!) === 0;
    case "BOOL":
      return left.BOOL === right.BOOL;
    case "NULL":
      return true;
    case "SS":
      return sameMembers(left.SS!, right.SS!);
    case "NS":
      return sameMembers(left.NS!, right.NS!);
    case "BS":
      return sameMembers(left.BS!.map(binaryText), right.BS!.map(binaryText));
    case "L": {
      const others = right.L!;
      return (
        left.L!.length === others.length && left.L!.every((value, at) => valuesEqual(value, others[at]!))
      );
    }
    case "M":
      return itemsEqual(left.M!, right.M!);
  }
}

export function itemsEqual(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => {
    const other = attribute(right, name);
    return other !== undefined && valuesEqual(left[name]!, other);
  });
}

function sameMembers(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  const members = new Set(left);
  return right.every((member) => members.has(member));
}

/** Bytes as a string of one character per byte: equal bytes are equal strings. */
export function binaryText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** The order of two values of the same ordered type (S, N, B), undefined for any other pair. */
export function compareValues(left: AttributeValue, right: AttributeValue): number | undefined {
  if (left.S !== undefined) return right.S === undefined ? undefined : compareStrings(left.S, right.S);
  if (left.N !== undefined) return right.N === undefined ? undefined : compareNumbers(left.N, right.N);
  if (left.B !== undefined) return right.B === undefined ? undefined : Buffer.compare(left.B, right.B);
  return undefined;
}

/** Order of the UTF-8 bytes. JavaScript's own order differs where surrogates meet U+E000 and above. */
export function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return codePointOrder(a) - codePointOrder(b);
  }
  return left.length - right.length;
}

/** Lifts surrogates above all other code units, where their code points belong. */
function codePointOrder(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
