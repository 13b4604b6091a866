// What versions hold. Under a key of the user's own it is encrypted by a data
// key of that, so that whoever may not use the key, or has disabled it, does not
// read the secret.

import { createCipheriv, createDecipheriv, timingSafeEqual } from "node:crypto";
import { Fault, fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Kms } from "../../../model/generated/kms.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { accessDenied, invalidParameter, secretsmanager } from "../model.ts";
import { replicaArn, type SecretState } from "./secret.ts";

const kms = modelOf<Kms>("kms");

export interface Plain {
  readonly kind: "text" | "bytes";
  readonly content: Uint8Array;
}

export interface StoredValue {
  readonly arn: string;
  readonly versionId: string;
  readonly kind: Plain["kind"];
  readonly content: Uint8Array;
  /** With which the content is encrypted (AES-256-GCM), itself encrypted by KMS. */
  readonly dataKey?: Uint8Array | undefined;
}

export const SecretValue = defineResource<StoredValue>()({
  service: "secretsmanager",
  type: "value",
  key: (value) => [value.arn, value.versionId],
  binary: true,
});

interface Given {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

const largestBytes = 65_536;
const vectorBytes = 12;
const tagBytes = 16;

/** What a request brings; undefined where it brings nothing. */
export function plainOf({ SecretString: text, SecretBinary: bytes }: Given): Plain | undefined {
  if (text !== undefined && bytes !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  const content = text === undefined ? bytes : Buffer.from(text);
  if (content === undefined) return undefined;
  if (content.length > largestBytes) {
    throw invalidParameter(`The secret value is larger than ${largestBytes} bytes.`);
  }
  return { kind: text === undefined ? "bytes" : "text", content: Uint8Array.from(content) };
}

export function showPlain({ kind, content }: Plain): Given {
  return kind === "text"
    ? { SecretString: Buffer.from(content).toString() }
    : { SecretBinary: Uint8Array.from(content) };
}

export function samePlain(one: Plain, other: Plain): boolean {
  return (
    one.kind === other.kind &&
    one.content.length === other.content.length &&
    timingSafeEqual(one.content, other.content)
  );
}

/** For the secret itself and for each of its replicas, under the key of each. */
export async function sealEverywhere(
  ctx: Waiting,
  secret: SecretState,
  versionId: string,
  plain: Plain,
): Promise<readonly StoredValue[]> {
  const places = [secret, ...secret.replicas.filter(({ failure }) => failure === undefined)];
  return Promise.all(
    places.map(({ region, kmsKeyId }) =>
      seal(ctx, { arn: replicaArn(secret, region), versionId, kmsKeyId }, plain),
    ),
  );
}

interface Sealing {
  readonly arn: string;
  readonly versionId: string;
  readonly kmsKeyId: string | undefined;
}

export async function seal(
  ctx: Waiting,
  { arn, versionId, kmsKeyId }: Sealing,
  plain: Plain,
): Promise<StoredValue> {
  const stored = { arn, versionId, kind: plain.kind };
  if (kmsKeyId === undefined) return { ...stored, content: plain.content };
  const made = await placed(ctx, arn)
    .call(kms, "GenerateDataKey", {
      KeyId: kmsKeyId,
      KeySpec: "AES_256",
      EncryptionContext: contextOf(arn, versionId),
    })
    .catch((error: unknown) => {
      throw keyFault(error, "EncryptionFailure", "encrypt");
    });
  const vector = ctx.ids.bytes(vectorBytes);
  const cipher = createCipheriv("aes-256-gcm", made.Plaintext!, vector);
  const body = Buffer.concat([cipher.update(plain.content), cipher.final()]);
  const content = Uint8Array.from(Buffer.concat([vector, body, cipher.getAuthTag()]));
  return { ...stored, content, dataKey: Uint8Array.from(made.CiphertextBlob!) };
}

export async function open(ctx: Waiting, value: StoredValue): Promise<Plain> {
  const { arn, versionId, kind, content, dataKey } = value;
  if (dataKey === undefined) return { kind, content };
  const opened = await placed(ctx, arn)
    .call(kms, "Decrypt", { CiphertextBlob: dataKey, EncryptionContext: contextOf(arn, versionId) })
    .catch((error: unknown) => {
      throw keyFault(error, "DecryptionFailure", "decrypt");
    });
  const decipher = createDecipheriv("aes-256-gcm", opened.Plaintext!, content.subarray(0, vectorBytes));
  decipher.setAuthTag(content.subarray(content.length - tagBytes));
  const body = content.subarray(vectorBytes, content.length - tagBytes);
  return { kind, content: Uint8Array.from(Buffer.concat([decipher.update(body), decipher.final()])) };
}

function placed(ctx: Waiting, arn: string): Waiting {
  const [, , , region = "", account = ""] = arn.split(":");
  return ctx.at({ region, account });
}

const contextOf = (arn: string, versionId: string) => ({ SecretARN: arn, SecretVersionId: versionId });

function keyFault(error: unknown, code: "EncryptionFailure" | "DecryptionFailure", verb: string): unknown {
  if (!(error instanceof Fault) || error.code === "NotImplemented") return error;
  if (error.code === "AccessDeniedException") return accessDenied("Access to KMS is not allowed");
  return fault(
    secretsmanager,
    code,
    `Secrets Manager can't ${verb} the protected secret text using the provided KMS key: ${error.message}`,
  );
}
