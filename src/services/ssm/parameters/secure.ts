// Values of SecureStrings. KMS encrypts those of standard parameters itself;
// advanced ones, which may be longer than KMS takes, are encrypted under a data
// key that stands before the value.
// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html

import { createCipheriv, createDecipheriv } from "node:crypto";
import { Fault, fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Kms } from "../../../model/generated/kms.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { ssm } from "../model.ts";

const kms = modelOf<Kms>("kms");

export const defaultKey = "alias/aws/ssm";

const vectorBytes = 12;
const tagBytes = 16;
/** Before an envelope, in which the length of the data key follows; no ciphertext of KMS begins so. */
const envelopeMark = Buffer.from("AWSSSM\x01");

const contextOf = (arn: string) => ({ PARAMETER_ARN: arn });

/** To Base64. */
export async function seal(
  ctx: Waiting,
  arn: string,
  KeyId: string,
  value: string,
  advanced: boolean,
): Promise<string> {
  const EncryptionContext = contextOf(arn);
  if (!advanced) {
    const { CiphertextBlob } = await ctx
      .call(kms, "Encrypt", { KeyId, Plaintext: Buffer.from(value), EncryptionContext })
      .catch(keyFault);
    return Buffer.from(CiphertextBlob!).toString("base64");
  }
  const { Plaintext, CiphertextBlob } = await ctx
    .call(kms, "GenerateDataKey", { KeyId, KeySpec: "AES_256", EncryptionContext })
    .catch(keyFault);
  const vector = ctx.ids.bytes(vectorBytes);
  const cipher = createCipheriv("aes-256-gcm", Plaintext!, vector);
  const body = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(CiphertextBlob!.length);
  return Buffer.concat([envelopeMark, length, CiphertextBlob!, vector, body, cipher.getAuthTag()]).toString(
    "base64",
  );
}

export async function open(ctx: Waiting, arn: string, sealed: string): Promise<string> {
  const bytes = Buffer.from(sealed, "base64");
  const EncryptionContext = contextOf(arn);
  if (!bytes.subarray(0, envelopeMark.length).equals(envelopeMark)) {
    const { Plaintext } = await ctx
      .call(kms, "Decrypt", { CiphertextBlob: bytes, EncryptionContext })
      .catch(keyFault);
    return Buffer.from(Plaintext!).toString();
  }
  const keyStart = envelopeMark.length + 2;
  const keyEnd = keyStart + bytes.readUInt16BE(envelopeMark.length);
  const { Plaintext } = await ctx
    .call(kms, "Decrypt", { CiphertextBlob: bytes.subarray(keyStart, keyEnd), EncryptionContext })
    .catch(keyFault);
  const bodyStart = keyEnd + vectorBytes;
  const decipher = createDecipheriv("aes-256-gcm", Plaintext!, bytes.subarray(keyEnd, bodyStart));
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
  const body = bytes.subarray(bodyStart, bytes.length - tagBytes);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString();
}

/** What KMS says, under Parameter Store's code. */
function keyFault(error: unknown): never {
  if (!(error instanceof Fault) || error.code === "NotImplemented") throw error;
  if (error.code === "AccessDeniedException") {
    throw fault(ssm, "AccessDeniedException", error.message, { status: 400 });
  }
  throw fault(
    ssm,
    "InvalidKeyId",
    `${error.message} (Service: AWSKMS; Status Code: 400; Error Code: ${error.code})`,
  );
}
