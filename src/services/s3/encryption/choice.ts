// Which encryption a write gets: what its headers ask for, else the bucket's
// default, else none that costs anything.

import type { Transaction } from "../../../core/transaction.ts";
import type { ServerSideEncryption } from "../../../model/generated/s3.d.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { readConfiguration } from "../buckets/configuration.ts";
import { invalidArgument, s3Fault } from "../faults.ts";
import { type CustomerKey, type CustomerKeyInput, readCustomerKey } from "./customer-key.ts";

export interface EncryptionInput extends CustomerKeyInput {
  readonly ServerSideEncryption?: ServerSideEncryption | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

export type EncryptionChoice =
  | { readonly type: "none" }
  | { readonly type: "AES256" }
  | { readonly type: "customer"; readonly key: CustomerKey }
  | {
      readonly type: "aws:kms" | "aws:kms:dsse";
      /** Undefined: the account's own key for S3. */
      readonly keyId: string | undefined;
      readonly context: Readonly<Record<string, string>>;
      readonly bucketKey: boolean;
    };

const argument = "x-amz-server-side-encryption";
const known: readonly string[] = ["AES256", "aws:kms", "aws:kms:dsse"];

export async function chooseEncryption(
  tx: Transaction,
  bucket: BucketState,
  input: EncryptionInput,
): Promise<EncryptionChoice> {
  const { ServerSideEncryption: asked } = input;
  const key = readCustomerKey(input);
  const rule = (await readConfiguration(tx, bucket, "encryption"))?.Rules[0];
  if (key !== undefined) {
    if (asked !== undefined) {
      const message =
        "Server Side Encryption with Customer provided key is incompatible with the encryption method specified";
      throw invalidArgument(message, argument, asked);
    }
    if (rule?.BlockedEncryptionTypes?.EncryptionType?.includes("SSE-C") === true)
      throw s3Fault("AccessDenied");
    return { type: "customer", key };
  }
  if (asked !== undefined && !known.includes(asked)) {
    throw invalidArgument("The encryption method specified is not supported", argument, asked);
  }
  const byDefault = rule?.ApplyServerSideEncryptionByDefault;
  const type = asked ?? byDefault?.SSEAlgorithm;
  const isKms = type === "aws:kms" || type === "aws:kms:dsse";
  if (!isKms || asked === undefined) refuseKmsMembers(input, asked);
  if (type === undefined) return { type: "none" };
  if (!isKms) return { type: "AES256" };
  const fromRule = asked === undefined || asked === byDefault?.SSEAlgorithm;
  return {
    type,
    keyId: input.SSEKMSKeyId ?? (fromRule ? byDefault?.KMSMasterKeyID : undefined),
    context: readContext(input.SSEKMSEncryptionContext),
    // Two layers have no use for bucket keys.
    bucketKey: type === "aws:kms" && (input.BucketKeyEnabled ?? rule?.BucketKeyEnabled ?? false),
  };
}

function refuseKmsMembers(input: EncryptionInput, asked: string | undefined): void {
  const { SSEKMSKeyId, SSEKMSEncryptionContext } = input;
  if (SSEKMSKeyId === undefined && SSEKMSEncryptionContext === undefined) return;
  throw invalidArgument(
    "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
    argument,
    asked,
  );
}

/** Base64 of a JSON object of texts. */
function readContext(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined) return {};
  try {
    const read: unknown = JSON.parse(Buffer.from(text, "base64").toString());
    if (typeof read === "object" && read !== null && !Array.isArray(read)) {
      const entries = Object.entries(read);
      if (entries.every(([, value]) => typeof value === "string")) return Object.fromEntries(entries);
    }
  } catch {
    // Told below, as everything that is no such object.
  }
  const name = "x-amz-server-side-encryption-context";
  throw invalidArgument(
    "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON with the encryption context key-value pairs",
    name,
    text,
  );
}
