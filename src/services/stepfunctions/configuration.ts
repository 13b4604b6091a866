// Where a machine logs: what AWS refuses of that.

import { fault } from "../../core/fault.ts";
import type { LoggingConfiguration } from "../../model/generated/stepfunctions.d.ts";
import { stepfunctions } from "./model.ts";

const logGroupArn = /^arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:[^:]+:\*$/;

export function checkLogging(logging: LoggingConfiguration | undefined): void {
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
