// Where failures are logged: a group and a stream, both or neither.

import type { CloudWatchLoggingOptions } from "../../../model/generated/firehose.d.ts";
import { invalidArgument } from "../faults.ts";

export function checkLogging(options: CloudWatchLoggingOptions | undefined): void {
  if (options?.Enabled !== true) return;
  if (!options.LogGroupName || !options.LogStreamName) {
    throw invalidArgument(
      "LogGroupName and LogStreamName must be specified when CloudWatch logging is enabled.",
    );
  }
}
