// The value type of DynamoDB, kept in memory in its wire form: an object with
// exactly one of ten members. Binary is bytes; everything else is as in JSON.

export interface AttributeValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly B?: Uint8Array | undefined;
  readonly SS?: readonly string[] | undefined;
  readonly NS?: readonly string[] | undefined;
  readonly BS?: readonly Uint8Array[] | undefined;
  readonly M?: Item | undefined;
  readonly L?: readonly AttributeValue[] | undefined;
  readonly NULL?: boolean | undefined;
  readonly BOOL?: boolean | undefined;
}

export interface Item {
  readonly [name: string]: AttributeValue;
}

export type ValueType = "S" | "N" | "B" | "SS" | "NS" | "BS" | "M" | "L" | "NULL" | "BOOL";

/** The type of a value that has been validated. */
export function typeOf(value: AttributeValue): ValueType {
  for (const type in value) return type as ValueType;
  return "NULL";
}

/** The attribute, if the item really has it: names such as `constructor` are ordinary here. */
export function attribute(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Sets an attribute of an item under construction; plain assignment would trip over `__proto__`. */
export function setAttribute(
  item: Record<string, AttributeValue>,
  name: string,
  value: AttributeValue,
): void {
  if (name === "__proto__") {
    Object.defineProperty(item, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    item[name] = value;
  }
}

export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
