// Items in DynamoDB's JSON as files hold them: text that nobody has checked.

import { type AttributeValue, type Item, setAttribute } from "./attribute-value.ts";

/** Undefined where the value is no item in DynamoDB's JSON. */
export function itemFromJson(value: unknown): Item | undefined {
  try {
    return item(value);
  } catch (error) {
    if (error instanceof NotAnItem) return undefined;
    throw error;
  }
}

class NotAnItem extends Error {
  override readonly name = "NotAnItem";
}

function item(value: unknown): Item {
  if (!isObject(value)) throw new NotAnItem();
  const found: Record<string, AttributeValue> = {};
  for (const [name, member] of Object.entries(value)) setAttribute(found, name, attributeValue(member));
  return found;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function attributeValue(value: unknown): AttributeValue {
  if (!isObject(value)) throw new NotAnItem();
  const [entry, ...more] = Object.entries(value);
  if (entry === undefined || more.length > 0) throw new NotAnItem();
  const [type, content] = entry;
  switch (type) {
    case "S":
    case "N":
      return { [type]: text(content) };
    case "B":
      return { B: bytes(content) };
    case "SS":
    case "NS":
      return { [type]: list(content, text) };
    case "BS":
      return { BS: list(content, bytes) };
    case "BOOL":
    case "NULL":
      if (typeof content !== "boolean") throw new NotAnItem();
      return { [type]: content };
    case "L":
      return { L: list(content, attributeValue) };
    case "M":
      return { M: item(content) };
    default:
      throw new NotAnItem();
  }
}

function list<T>(value: unknown, member: (value: unknown) => T): T[] {
  if (!Array.isArray(value)) throw new NotAnItem();
  return value.map(member);
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new NotAnItem();
  return value;
}

function bytes(value: unknown): Uint8Array {
  return Buffer.from(text(value), "base64");
}
