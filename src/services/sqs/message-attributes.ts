// Message attributes: what they may be, how they are stored, which of them a
// receive asked for, and AWS's MD5 of them.

import { createHash } from "node:crypto";
import type { Fault } from "../../core/fault.ts";
import type { MessageAttributeValue } from "../../model/generated/sqs.d.ts";
import { invalidValue } from "./faults.ts";

export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, with a label perhaps: `Number.int`. */
  readonly type: string;
  readonly text?: string;
  /** Base64. */
  readonly bytes?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

type Given = Readonly<Record<string, MessageAttributeValue>>;

const mostAttributes = 10;
const longestName = 256;

/** Checks and stores a request's attributes; undefined where it has none. */
export function parseMessageAttributes(given: Given | undefined): MessageAttributes | undefined {
  const entries = Object.entries(given ?? {});
  if (entries.length === 0) return undefined;
  if (entries.length > mostAttributes) {
    throw invalidValue(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${mostAttributes}].`,
    );
  }
  return Object.fromEntries(entries.map(([name, value]) => [checkName(name), parseAttribute(name, value)]));
}

function checkName(name: string): string {
  if (name.length > longestName) {
    throw invalidValue(`Message attribute name must be shorter than ${longestName} Bytes`);
  }
  const strange = /[^A-Za-z0-9_.-]/u.exec(name)?.[0];
  if (strange !== undefined) {
    const code = strange.codePointAt(0)?.toString(16);
    throw invalidValue(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name === "" || name.startsWith(".") || name.endsWith(".")) {
    throw invalidValue("Invalid starting or ending character was found in the message attribute name.");
  }
  if (name.includes("..")) {
    throw invalidValue("Message attribute name can not have successive '.' character.");
  }
  if (/^(aws|amazon)\./i.test(name)) {
    throw invalidValue(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use.",
    );
  }
  return name;
}

function parseAttribute(name: string, value: MessageAttributeValue): MessageAttribute {
  const { DataType: type } = value;
  if (type === "") {
    throw invalidValue(`The message attribute '${name}' must contain non-empty message attribute type.`);
  }
  const kind = /^(String|Number|Binary)(\..+)?$/.exec(type)?.[1];
  if (kind === undefined || type.length > longestName) {
    throw invalidValue(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  if (value.StringListValues?.length || value.BinaryListValues?.length) {
    throw invalidValue("Message attribute list values in SendMessage operation are not supported.");
  }
  const { StringValue: text, BinaryValue: bytes } = value;
  if (kind === "Binary") {
    if (text !== undefined) throw wrongField(name, type, "Binary");
    if (bytes === undefined || bytes.length === 0) throw empty(name, type);
    return { type, bytes: Buffer.from(bytes).toString("base64") };
  }
  if (bytes !== undefined) throw wrongField(name, type, "String");
  if (text === undefined || text === "") throw empty(name, type);
  if (kind === "Number" && !/^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text)) {
    throw invalidValue(`Can't cast the value of message attribute '${name}' to a number.`);
  }
  return { type, text };
}

function wrongField(name: string, type: string, field: string): Fault {
  return invalidValue(`The message attribute '${name}' with type '${type}' must use field '${field}'.`);
}

function empty(name: string, type: string): Fault {
  return invalidValue(
    `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
  );
}

/** Bytes that the attributes of a request count towards a message's size. */
export function sizeOf(given: Given | undefined): number {
  let size = 0;
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(given ?? {})) {
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    size += BinaryValue?.length ?? Buffer.byteLength(StringValue ?? "");
  }
  return size;
}

/** The attributes that a receive's names ask for: names, `All`, `.*` and beginnings such as `trace.*`. */
export function selectAttributes(
  attributes: MessageAttributes | undefined,
  names: readonly string[],
): MessageAttributes | undefined {
  if (attributes === undefined || names.length === 0) return undefined;
  const asked = (name: string): boolean =>
    names.some(
      (wanted) =>
        wanted === name ||
        wanted === "All" ||
        (wanted.endsWith(".*") && name.startsWith(wanted.slice(0, -2))),
    );
  const selected = Object.entries(attributes).filter(([name]) => asked(name));
  return selected.length === 0 ? undefined : Object.fromEntries(selected);
}

export function showAttributes(attributes: MessageAttributes): Given {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, text, bytes }]) => [
      name,
      bytes === undefined
        ? { DataType: type, StringValue: text }
        : { DataType: type, BinaryValue: new Uint8Array(Buffer.from(bytes, "base64")) },
    ]),
  );
}

/**
 * Name, type and value of each attribute in the order of names, each with its
 * length before it, and 1 or 2 before the value for text or bytes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function md5OfAttributes(attributes: MessageAttributes): string {
  const digest = createHash("md5");
  const update = (bytes: Uint8Array): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    digest.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).sort()) {
    const { type, text, bytes } = attributes[name]!;
    update(Buffer.from(name));
    update(Buffer.from(type));
    digest.update(Buffer.of(bytes === undefined ? 1 : 2));
    update(bytes === undefined ? Buffer.from(text ?? "") : Buffer.from(bytes, "base64"));
  }
  return digest.digest("hex");
}
