// Server-side encryption of streams: which key, and in which state.

import { Fault, fault } from "../../core/fault.ts";
import type { Waiting } from "../../core/waiting.ts";
import type {
  DeliveryStreamEncryptionConfiguration,
  DeliveryStreamEncryptionConfigurationInput,
  DeliveryStreamEncryptionStatus,
} from "../../model/generated/firehose.d.ts";
import type { Kms } from "../../model/generated/kms.d.ts";
import { modelOf } from "../../model/handle.ts";
import { firehose, invalidArgument } from "./faults.ts";

const kms = modelOf<Kms>("kms");

export function newEncryption(
  { KeyType, KeyARN }: DeliveryStreamEncryptionConfigurationInput,
  Status: DeliveryStreamEncryptionStatus,
): DeliveryStreamEncryptionConfiguration {
  return { KeyType, ...(KeyARN !== undefined && { KeyARN }), Status };
}

/** A customer's key must be there, be enabled, and encrypt. */
export async function checkKey(
  ctx: Waiting,
  { KeyType, KeyARN }: DeliveryStreamEncryptionConfigurationInput,
): Promise<void> {
  if (KeyType === "AWS_OWNED_CMK") {
    if (KeyARN === undefined) return;
    throw invalidArgument("KeyARN must not be specified when KeyType is AWS_OWNED_CMK.");
  }
  if (KeyARN === undefined) {
    throw invalidArgument("KeyARN must be specified when KeyType is CUSTOMER_MANAGED_CMK.");
  }
  const [, , , region = ctx.region] = KeyARN.split(":");
  try {
    const { KeyMetadata } = await ctx.at({ region }).call(kms, "DescribeKey", { KeyId: KeyARN });
    if (KeyMetadata?.KeyState !== "Enabled") throw refused("DisabledException", `${KeyARN} is disabled.`);
    if (KeyMetadata.KeySpec !== "SYMMETRIC_DEFAULT") {
      throw refused("InvalidKeyUsageException", "Amazon Data Firehose supports only symmetric keys.");
    }
  } catch (error) {
    if (!(error instanceof Fault) || error.service === "firehose") throw error;
    throw refused(error.code, error.message);
  }
}

function refused(code: string, message: string): Fault {
  return fault(firehose, "InvalidKMSResourceException", message, { fields: { code } });
}
