// Keys that customers provide with every request, which are never stored: only
// what tells whether a later key is the same.
// docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Ids } from "../../../core/ids.ts";
import { invalidArgument, invalidRequest, s3Fault } from "../faults.ts";

export interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

export interface CustomerKey {
  readonly bytes: Uint8Array;
  /** Base64. */
  readonly md5: string;
}

/** What is kept of a key. */
export interface CustomerKeyMark {
  readonly type: "customer";
  readonly md5: string;
  readonly salt: string;
  readonly proof: string;
}

const argument = "x-amz-server-side-encryption";
const needs = "Requests specifying Server Side Encryption with Customer provided keys must provide";

export function readCustomerKey(input: CustomerKeyInput): CustomerKey | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 } = input;
  if (algorithm === undefined && key === undefined && md5 === undefined) return undefined;
  if (algorithm === undefined) {
    throw invalidArgument(`${needs} a valid encryption algorithm.`, argument, undefined);
  }
  if (algorithm !== "AES256") throw s3Fault("InvalidEncryptionAlgorithmError", { ArgumentName: argument });
  if (key === undefined) throw invalidArgument(`${needs} an appropriate secret key.`, argument, undefined);
  if (md5 === undefined) {
    throw invalidArgument(
      `${needs} the client calculated MD5 of the secret key.`,
      "x-amz-server-side-encryption-customer-key-md5",
      undefined,
    );
  }
  const bytes = Buffer.from(key, "base64");
  if (bytes.length !== 32) {
    throw invalidArgument("The secret key was invalid for the specified algorithm.", argument, undefined);
  }
  if (createHash("md5").update(bytes).digest("base64") !== md5) {
    throw invalidArgument(
      "The calculated MD5 hash of the key did not match the hash that was provided.",
      argument,
      undefined,
    );
  }
  return { bytes, md5 };
}

export function markOf(key: CustomerKey, ids: Ids): CustomerKeyMark {
  const salt = ids.hex(32);
  return { type: "customer", md5: key.md5, salt, proof: proofOf(key, salt).toString("base64") };
}

/** Faults unless the key is the one that the mark was made of. */
export function checkCustomerKey(mark: CustomerKeyMark, key: CustomerKey | undefined): CustomerKey {
  if (key === undefined) {
    throw invalidRequest(
      "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
    );
  }
  if (!isSameKey(mark, key)) {
    throw s3Fault(
      "AccessDenied",
      {},
      "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.",
    );
  }
  return key;
}

export function isSameKey(mark: CustomerKeyMark, key: CustomerKey): boolean {
  return timingSafeEqual(proofOf(key, mark.salt), Buffer.from(mark.proof, "base64"));
}

function proofOf(key: CustomerKey, salt: string): Buffer {
  return createHmac("sha256", key.bytes).update(salt).digest();
}
