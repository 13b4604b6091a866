// How the encryption of a machine or an activity is described.

import type { EncryptionConfiguration } from "../../../model/generated/stepfunctions.d.ts";

/** How long AWS uses a data key where nobody says. */
const defaultReuseSeconds = 300;

export function shownEncryption(encryption: EncryptionConfiguration | undefined): EncryptionConfiguration {
  if (encryption?.type !== "CUSTOMER_MANAGED_KMS_KEY") return { type: "AWS_OWNED_KEY" };
  return { kmsDataKeyReusePeriodSeconds: defaultReuseSeconds, ...encryption };
}
