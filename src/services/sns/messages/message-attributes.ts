// Message attributes: what they may be, how they are stored, and how they are
// written in envelopes and handed on to queues.

import { type Fault, fault } from "../../../core/fault.ts";
import type { MessageAttributeValue } from "../../../model/generated/sns.d.ts";
import { sns } from "../faults.ts";

export interface MessageAttribute {
  /** `String`, `String.Array`, `Number` or `Binary`, with a label perhaps: `Number.int`. */
  readonly type: string;
  readonly text?: string;
  /** Base64. */
  readonly bytes?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

type Given = Readonly<Record<string, MessageAttributeValue>>;

const longestName = 256;

/** Checks and stores a request's attributes; undefined where it has none. */
export function parseMessageAttributes(given: Given | undefined): MessageAttributes | undefined {
  const entries = Object.entries(given ?? {});
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [checkName(name), parseAttribute(name, value)]));
}

function checkName(name: string): string {
  if (name.length > longestName) {
    throw wrong(`Length of message attribute name must be less than ${longestName} bytes.`);
  }
  if (!/^[A-Za-z0-9_.-]+$/.test(name)) {
    throw wrong(
      "Invalid non-alphanumeric character was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
    );
  }
  if (name.startsWith(".") || name.endsWith(".") || name.includes("..")) {
    throw wrong(
      name.includes("..")
        ? "Message attribute name can not have successive '.' character."
        : "Invalid starting or ending character was found in the message attribute name.",
    );
  }
  return name;
}

function parseAttribute(name: string, value: MessageAttributeValue): MessageAttribute {
  const { DataType: type, StringValue: text, BinaryValue: bytes } = value;
  if (type === "") {
    throw wrong(`The message attribute '${name}' must contain non-empty message attribute type.`);
  }
  const kind = /^(String|Number|Binary)(\..+)?$/.exec(type)?.[1];
  if (kind === undefined || type.length > longestName) {
    throw wrong(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  if (kind === "Binary") {
    if (text !== undefined) throw wrongField(name, type, "Binary");
    if (bytes === undefined || bytes.length === 0) throw empty(name, type);
    return { type, bytes: Buffer.from(bytes).toString("base64") };
  }
  if (bytes !== undefined) throw wrongField(name, type, "String");
  if (text === undefined || text === "") throw empty(name, type);
  if (kind === "Number" && !/^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text)) {
    throw wrong(`Could not cast message attribute '${name}' value to number.`);
  }
  return { type, text };
}

/** Bytes that the attributes count towards a message's size. */
export function sizeOf(given: Given | undefined): number {
  let size = 0;
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(given ?? {})) {
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    size += BinaryValue?.length ?? Buffer.byteLength(StringValue ?? "");
  }
  return size;
}

/** As SQS takes them, for raw delivery. */
export function queueAttributes(attributes: MessageAttributes): Given {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, text, bytes }]) => [
      name,
      bytes === undefined
        ? { DataType: type, StringValue: text ?? "" }
        : { DataType: type, BinaryValue: new Uint8Array(Buffer.from(bytes, "base64")) },
    ]),
  );
}

/** `{"colour": {"Type": "String", "Value": "red"}}`, as envelopes and functions see them. */
export function envelopeAttributes(
  attributes: MessageAttributes,
): Record<string, { readonly Type: string; readonly Value: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, text, bytes }]) => [
      name,
      { Type: type, Value: text ?? bytes ?? "" },
    ]),
  );
}

function wrongField(name: string, type: string, field: string): Fault {
  return wrong(`The message attribute '${name}' with type '${type}' must use field '${field}'.`);
}

function empty(name: string, type: string): Fault {
  return wrong(
    `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
  );
}

function wrong(message: string): Fault {
  return fault(sns, "ParameterValueInvalid", message);
}
