// KMS's faults as Step Functions tells them.

import { type Fault, fault } from "../../../core/fault.ts";
import { stepfunctions } from "../model.ts";

/** Any other fault stays as it is. */
export function kmsFailure(error: Fault): Fault {
  const { code, message } = error;
  switch (code) {
    case "AccessDeniedException":
      return fault(stepfunctions, "KmsAccessDeniedException", message);
    case "DisabledException":
      return fault(stepfunctions, "KmsInvalidStateException", message, {
        fields: { kmsKeyState: "DISABLED" },
      });
    case "KMSInvalidStateException":
      return fault(stepfunctions, "KmsInvalidStateException", message, {
        fields: { kmsKeyState: "PENDING_DELETION" },
      });
    case "NotFoundException":
    case "InvalidKeyUsageException":
      return fault(
        stepfunctions,
        "InvalidEncryptionConfiguration",
        `Invalid Encryption Configuration: ${message}`,
      );
    case "ThrottlingException":
      return fault(stepfunctions, "KmsThrottlingException", message);
    default:
      return error;
  }
}
