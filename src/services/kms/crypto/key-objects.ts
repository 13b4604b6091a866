// Stored key pairs as Node's key objects, read once.

import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { Material } from "../keys/key.ts";

const privateKeys = new WeakMap<Material, KeyObject>();
const publicKeys = new WeakMap<Material, KeyObject>();

export function privateKeyOf(material: Material): KeyObject {
  let key = privateKeys.get(material);
  if (key === undefined) {
    key = createPrivateKey({
      key: Buffer.from(material.secret ?? "", "base64"),
      format: "der",
      type: "pkcs8",
    });
    privateKeys.set(material, key);
  }
  return key;
}

export function publicKeyOf(material: Material): KeyObject {
  let key = publicKeys.get(material);
  if (key === undefined) {
    key = createPublicKey({
      key: Buffer.from(material.publicKey ?? "", "base64"),
      format: "der",
      type: "spki",
    });
    publicKeys.set(material, key);
  }
  return key;
}
