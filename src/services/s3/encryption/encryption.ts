// How an object, or an upload in parts, is protected, and how its answers tell.

import { type CustomerKeyMark, readCustomerKey } from "./customer-key.ts";

export interface KmsProtection {
  readonly type: "aws:kms" | "aws:kms:dsse";
  /** The ARN. */
  readonly keyId: string;
  /** The data key as KMS gave it out, encrypted; base64. */
  readonly dataKey: string;
  readonly context: Readonly<Record<string, string>>;
  readonly bucketKey: boolean;
}

/** With S3's own key. An object without any is kept as it is: see docs/decisions/0005-encryption-at-rest.md. */
export interface OwnProtection {
  readonly type: "AES256";
}

export type Encryption = OwnProtection | KmsProtection | CustomerKeyMark;

export interface ShownEncryption {
  readonly ServerSideEncryption?: "AES256" | "aws:kms" | "aws:kms:dsse";
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
  readonly SSECustomerAlgorithm?: string;
  readonly SSECustomerKeyMD5?: string;
}

/** AWS says of every object that it is encrypted, with its own key at least. */
const usual: ShownEncryption = { ServerSideEncryption: "AES256" };

export function shownEncryption(encryption: Encryption | undefined): ShownEncryption {
  if (encryption === undefined || encryption.type === "AES256") return usual;
  if (encryption.type === "customer") {
    return { SSECustomerAlgorithm: "AES256", SSECustomerKeyMD5: encryption.md5 };
  }
  return {
    ServerSideEncryption: encryption.type,
    SSEKMSKeyId: encryption.keyId,
    ...(encryption.bucketKey ? { BucketKeyEnabled: true } : {}),
  };
}

/** The source's key of a copy, as any other customer key. */
export function readSourceKey(input: {
  readonly CopySourceSSECustomerAlgorithm?: string | undefined;
  readonly CopySourceSSECustomerKey?: string | undefined;
  readonly CopySourceSSECustomerKeyMD5?: string | undefined;
}): ReturnType<typeof readCustomerKey> {
  return readCustomerKey({
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  });
}
