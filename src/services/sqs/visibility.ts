// How long a message may stay hidden.

import type { Fault } from "../../core/fault.ts";
import { invalidParameter } from "./faults.ts";
import type { Message } from "./message.ts";

export const longestVisibilityTimeoutSeconds = 43_200;

/** Twelve hours from the receive on, however often it is extended. */
export function checkHiding(message: Message, until: number, now: number): void {
  const limit = (message.receivedAt ?? now) + longestVisibilityTimeoutSeconds * 1000;
  if (until <= limit) return;
  throw invalidParameter(
    "VisibilityTimeout",
    Math.round((until - now) / 1000),
    `Total VisibilityTimeout for the message is beyond the limit [${longestVisibilityTimeoutSeconds} seconds]`,
  );
}

export function goneForHiding(receiptHandle: string): Fault {
  return invalidParameter(
    "ReceiptHandle",
    receiptHandle,
    "Message does not exist or is not available for visibility timeout change.",
  );
}
