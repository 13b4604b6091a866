// All intrinsic functions by name, and how many arguments each takes.

import type { Json, Scope } from "../scope.ts";
import {
  array,
  arrayContains,
  arrayGetItem,
  arrayLength,
  arrayPartition,
  arrayRange,
  arrayUnique,
} from "./arrays.ts";
import { base64Decode, base64Encode, hash, jsonMerge, jsonToString, stringToJson } from "./encodings.ts";
import { mathAdd, mathRandom } from "./numbers.ts";
import { format, stringSplit } from "./texts.ts";

/** Throws an `Error` whose message says what is wrong with the values. */
export type Intrinsic = (values: readonly Json[], scope: Scope) => Json;

const table: readonly (readonly [string, Intrinsic, number, number])[] = [
  ["States.Array", array, 0, Number.POSITIVE_INFINITY],
  ["States.ArrayContains", arrayContains, 2, 2],
  ["States.ArrayGetItem", arrayGetItem, 2, 2],
  ["States.ArrayLength", arrayLength, 1, 1],
  ["States.ArrayPartition", arrayPartition, 2, 2],
  ["States.ArrayRange", arrayRange, 3, 3],
  ["States.ArrayUnique", arrayUnique, 1, 1],
  ["States.Base64Decode", base64Decode, 1, 1],
  ["States.Base64Encode", base64Encode, 1, 1],
  ["States.Format", format, 1, Number.POSITIVE_INFINITY],
  ["States.Hash", hash, 2, 2],
  ["States.JsonMerge", jsonMerge, 3, 3],
  ["States.JsonToString", jsonToString, 1, 1],
  ["States.MathAdd", mathAdd, 2, 2],
  ["States.MathRandom", mathRandom, 2, 3],
  ["States.StringSplit", stringSplit, 2, 2],
  ["States.StringToJson", stringToJson, 1, 1],
  ["States.UUID", (_values, scope) => scope.uuid(), 0, 0],
];

export const intrinsics: Readonly<Record<string, Intrinsic>> = Object.fromEntries(
  table.map(([name, apply]) => [name, apply]),
);

/** The least and the most arguments. */
export const arities: Readonly<Record<string, readonly [number, number]>> = Object.fromEntries(
  table.map(([name, , least, most]) => [name, [least, most]]),
);
