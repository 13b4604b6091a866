// A published message as it is stored until it is delivered, and the checks
// that every way of publishing has in common.

import { invalidParameter, parseObject } from "../faults.ts";
import type { MessageAttributes } from "./message-attributes.ts";

export interface Published {
  readonly topicArn: string;
  readonly topicId: string;
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly message: string;
  /** By protocol, with `default`: where MessageStructure was json. */
  readonly byProtocol?: Readonly<Record<string, string>> | undefined;
  readonly subject?: string | undefined;
  readonly attributes?: MessageAttributes | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** FIFO: 20 digits. */
  readonly sequenceNumber?: string | undefined;
  readonly traceHeader?: string | undefined;
  readonly replayed?: true;
}

export const largestMessageBytes = 262_144;

/** What one protocol's subscribers get to read. */
export function messageFor(published: Published, protocol: string): string {
  const { byProtocol } = published;
  if (byProtocol === undefined) return published.message;
  return (Object.hasOwn(byProtocol, protocol) ? byProtocol[protocol] : byProtocol.default) ?? "";
}

export function checkSubject(subject: string | undefined): void {
  if (subject === undefined) return;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  if (subject === "" || subject.length > 100 || /[\x00-\x1f\x7f]/.test(subject) || /^\s/.test(subject)) {
    throw invalidParameter("Subject");
  }
}

/** The texts by protocol; undefined where the message is one text for all. */
export function parseStructure(
  structure: string | undefined,
  message: string,
): Readonly<Record<string, string>> | undefined {
  if (structure === undefined) return undefined;
  if (structure !== "json") throw invalidParameter("MessageStructure");
  const given = parseObject(message);
  if (given === undefined) {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  const byProtocol = Object.fromEntries(
    // What is no text is passed over, and so are keys that name no protocol.
    Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  if (byProtocol.default === undefined) {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  return byProtocol;
}
