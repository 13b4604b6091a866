// The model's handle, and the wordings that several operations share. The
// words are AWS's.

import { type Fault, fault } from "../../core/fault.ts";
import type { Sns } from "../../model/generated/sns.d.ts";
import { modelOf } from "../../model/handle.ts";

export const sns = modelOf<Sns>("sns");

/** `Invalid parameter: Subject`, `Invalid parameter: TopicArn Reason: ...`. */
export function invalidParameter(what: string, reason?: string): Fault {
  const because = reason === undefined ? "" : ` Reason: ${reason}`;
  return fault(sns, "InvalidParameter", `Invalid parameter: ${what}${because}`);
}

export function topicNotFound(): Fault {
  return fault(sns, "NotFound", "Topic does not exist");
}

export function subscriptionNotFound(): Fault {
  return fault(sns, "NotFound", "Subscription does not exist");
}

/** A member that is not there is worded by name; everything else as the model's constraints are elsewhere. */
export function validationMessage(failures: readonly string[]): string {
  const first = failures[0] ?? "";
  const path = /^Value null at '([^']*)'/.exec(first)?.[1];
  if (path === undefined) return `${failures.length} validation error detected: ${failures.join("; ")}`;
  const name = path.replace(/(^|\.)[a-z]/g, (letter) => letter.toUpperCase());
  return `Invalid parameter: ${name} Reason: no value for required parameter`;
}

/** An object, or undefined where the text is no JSON object. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
