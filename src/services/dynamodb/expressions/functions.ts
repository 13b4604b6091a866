// What the functions of condition expressions say of values.

import { type AttributeValue, toBuffer, typeOf } from "../values/attribute-value.ts";
import { valuesEqual } from "../values/compare.ts";

export function beginsWith(value: AttributeValue | undefined, start: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && start?.S !== undefined) return value.S.startsWith(start.S);
  if (value?.B === undefined || start?.B === undefined || start.B.byteLength > value.B.byteLength)
    return false;
  return Buffer.compare(value.B.subarray(0, start.B.byteLength), start.B) === 0;
}

/** A part of a string or of bytes, a member of a set, or an element of a list. */
export function contains(whole: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (whole === undefined || part === undefined) return false;
  switch (typeOf(whole)) {
    case "S":
      return part.S !== undefined && whole.S!.includes(part.S);
    case "B":
      return part.B !== undefined && toBuffer(whole.B!).includes(toBuffer(part.B));
    case "SS":
      return part.S !== undefined && whole.SS!.includes(part.S);
    case "NS":
      return part.N !== undefined && whole.NS!.includes(part.N);
    case "BS":
      return part.B !== undefined && whole.BS!.some((member) => Buffer.compare(member, part.B!) === 0);
    case "L":
      return whole.L!.some((element) => valuesEqual(element, part));
    default:
      return false;
  }
}

/** The length of a string, bytes of binary, members of anything else; a number, boolean or null has no size. */
export function sizeOf(value: AttributeValue): number | undefined {
  switch (typeOf(value)) {
    case "S":
      return value.S!.length;
    case "B":
      return value.B!.byteLength;
    case "SS":
      return value.SS!.length;
    case "NS":
      return value.NS!.length;
    case "BS":
      return value.BS!.length;
    case "L":
      return value.L!.length;
    case "M":
      return Object.keys(value.M!).length;
    default:
      return undefined;
  }
}

/** `{S:text}`, as AWS prints a literal. */
export function showValue(value: AttributeValue): string {
  if (value.B !== undefined) return `{B:${toBuffer(value.B).toString("base64")}}`;
  return `{${typeOf(value)}:${value.S ?? value.N ?? JSON.stringify(Object.values(value)[0])}}`;
}
