// The error log of a stream in CloudWatch Logs, where its owner asked for one.
// https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { CloudWatchLoggingOptions } from "../../../model/generated/firehose.d.ts";
import type { Logs } from "../../../model/generated/logs.d.ts";
import { modelOf } from "../../../model/handle.ts";
import type { StreamState } from "../stream.ts";

const logs = modelOf<Logs>("logs");

export interface Problem {
  readonly code: string;
  readonly message: string;
  /** Where to, or the function that was to process. */
  readonly destination?: string | undefined;
  readonly processor?: string | undefined;
}

const mostProblems = 100;

/** A log that cannot be written is no reason not to deliver. */
export async function logProblems(
  ctx: Waiting,
  stream: StreamState,
  options: CloudWatchLoggingOptions | undefined,
  roleArn: string | undefined,
  problems: readonly Problem[],
): Promise<void> {
  const { Enabled, LogGroupName: logGroupName, LogStreamName: logStreamName } = options ?? {};
  if (Enabled !== true || !logGroupName || !logStreamName || problems.length === 0) return;
  const timestamp = ctx.now();
  const logEvents = problems.slice(0, mostProblems).map(({ code, message, destination, processor }) => ({
    timestamp,
    message: JSON.stringify({
      deliveryStreamARN: stream.arn,
      ...(destination !== undefined && { destination }),
      deliveryStreamVersionId: stream.version,
      message,
      errorCode: code,
      ...(processor !== undefined && { processor }),
    }),
  }));
  try {
    const acting = roleArn === undefined ? ctx : ctx.asRole(roleArn, "AmazonFirehose");
    await acting.call(logs, "PutLogEvents", { logGroupName, logStreamName, logEvents });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}
