// The queue of a mapping, used under the function's role.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { type Queue, visibilityTimeout } from "../../../sources/queue/queue.ts";
import { invalid } from "../model.ts";

/** `ctx` acts for the role that Lambda assumed. */
export function underRole(ctx: Waiting, roleArn: string, queue: Queue): Waiting {
  return ctx.asRole(roleArn, "awslambda").at({ region: queue.region });
}

/** Throws AWS's fault where the role cannot use the queue, or the queue does not suit the function. */
export async function checkQueue(ctx: Waiting, queue: Queue, timeoutSeconds: number): Promise<void> {
  const visibility = await visibilityTimeout(ctx, queue).catch((error: unknown) => {
    if (!(error instanceof Fault)) throw error;
    if (error.code.startsWith("AccessDenied")) {
      throw invalid("The provided execution role does not have permissions to call ReceiveMessage on SQS");
    }
    if (error.code !== "QueueDoesNotExist") throw error;
    throw invalid(
      "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist for this wsdl version.",
    );
  });
  if (visibility < timeoutSeconds) {
    throw invalid(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
    );
  }
}
