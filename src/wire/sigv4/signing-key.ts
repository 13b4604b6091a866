// Signing keys, derived once a day for each secret, region and service and kept
// as key objects: four of the five HMACs of a verification are saved.

import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

/**
 * Two generations instead of an exact order of use: what was not asked for
 * while a whole generation filled up is forgotten, and a hit costs one lookup.
 */
export class SigningKeys {
  readonly #capacity: number;
  #young = new Map<string, KeyObject>();
  #old = new Map<string, KeyObject>();

  /** At most twice `capacity` keys are held. */
  constructor(capacity = 1000) {
    this.#capacity = capacity;
  }

  /** `scope` is `20150830/us-east-1/iam/aws4_request`. */
  get(secretAccessKey: string, scope: string): KeyObject {
    const name = `${scope}/${secretAccessKey}`;
    const known = this.#young.get(name);
    if (known !== undefined) return known;
    const key = this.#old.get(name) ?? deriveKey(secretAccessKey, scope);
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(name, key);
    return key;
  }
}

function deriveKey(secretAccessKey: string, scope: string): KeyObject {
  let key: Buffer = Buffer.from(`AWS4${secretAccessKey}`, "utf8");
  for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
  return createSecretKey(key);
}
