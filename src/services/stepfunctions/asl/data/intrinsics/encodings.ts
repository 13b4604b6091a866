// Intrinsic functions that turn values into other forms: Base64, hashes, JSON.

import { createHash } from "node:crypto";
import type { Json } from "../scope.ts";
import type { Intrinsic } from "./functions.ts";
import { textOf } from "./values.ts";

/** AWS's limit for what is encoded, decoded or hashed. */
const longest = 10_000;

function bounded(text: string): string {
  if (text.length > longest) throw new Error(`The text is longer than ${longest} characters`);
  return text;
}

export const base64Encode: Intrinsic = ([text]) => Buffer.from(bounded(textOf(text, 1))).toString("base64");

export const base64Decode: Intrinsic = ([value]) => {
  const text = bounded(textOf(value, 1));
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new Error("Argument 1 is not Base64");
  return Buffer.from(text, "base64").toString();
};

const algorithms: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

export const hash: Intrinsic = ([data, algorithm]) =>
  digest(typeof data === "string" ? data : JSON.stringify(data), textOf(algorithm, 2));

export function digest(text: string, algorithm: string): string {
  const name = Object.hasOwn(algorithms, algorithm) ? algorithms[algorithm] : undefined;
  if (name === undefined) {
    throw new Error(`The algorithm must be one of ${Object.keys(algorithms).join(", ")}`);
  }
  return createHash(name).update(bounded(text)).digest("hex");
}

export const stringToJson: Intrinsic = ([text]) => JSON.parse(textOf(text, 1)) as Json;

export const jsonToString: Intrinsic = ([value]) => JSON.stringify(value);

export const jsonMerge: Intrinsic = ([left, right, deep]) => {
  if (deep !== false) throw new Error("Only the shallow merging mode is supported: Argument 3 must be false");
  for (const [at, value] of [left, right].entries()) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Error(`Argument ${at + 1} must be an object`);
    }
  }
  return { ...(left as object), ...(right as object) };
};
