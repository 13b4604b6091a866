// Where a machine logs, and how it is encrypted: what AWS refuses of that.

import { fault, notImplemented } from "../../core/fault.ts";
import type { EncryptionConfiguration, LoggingConfiguration } from "../../model/generated/stepfunctions.d.ts";
import { stepfunctions } from "./model.ts";

interface Configured {
  readonly loggingConfiguration?: LoggingConfiguration | undefined;
  readonly encryptionConfiguration?: EncryptionConfiguration | undefined;
}

const logGroupArn = /^arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:[^:]+:\*$/;

export function checkConfiguration({ loggingConfiguration, encryptionConfiguration }: Configured): void {
  checkLogging(loggingConfiguration);
  if (encryptionConfiguration?.type === "CUSTOMER_MANAGED_KMS_KEY") {
    throw notImplemented("stepfunctions", "encryption with a customer managed key (encryptionConfiguration)");
  }
}

function checkLogging(logging: LoggingConfiguration | undefined): void {
  if (logging === undefined) return;
  const { level = "OFF", destinations = [] } = logging;
  if (level !== "OFF" && destinations.length === 0) {
    throw invalidLogging("Must specify exactly one Log Destination.");
  }
  if (destinations.length > 1) throw invalidLogging("Must specify exactly one Log Destination.");
  for (const { cloudWatchLogsLogGroup } of destinations) {
    const arn = cloudWatchLogsLogGroup?.logGroupArn;
    if (arn === undefined || !logGroupArn.test(arn))
      throw invalidLogging("Log Destination ARN is not valid.");
  }
}

function invalidLogging(why: string): Error {
  return fault(stepfunctions, "InvalidLoggingConfiguration", `Invalid Logging Configuration: ${why}`);
}
