// What a decoder throws where the wire's value does not fit its shape. A codec
// turns it into its protocol's fault; the texts are those of AWS's own request
// parser, as services on the JSON and query protocols send them.

/** Caught by the codec that called the decoder; never leaves `protocols/`. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

export type Expected =
  | "String"
  | "Integer"
  | "Long"
  | "Float"
  | "Double"
  | "Boolean"
  | "Blob"
  | "Timestamp"
  | "structure"
  | "list"
  | "map";

/** Nesting beyond this is refused before the stack is in danger; DynamoDB's own limit is 32 levels of two. */
export const maxDepth = 256;

export function tooDeep(): Unreadable {
  return new Unreadable("The request is nested too deeply.");
}

/** The error for a value that is not of the expected type. */
export function mismatch(value: unknown, expected: Expected): Unreadable {
  if (expected === "structure" && !Array.isArray(value)) return new Unreadable("Expected null");
  if (expected === "list" && typeof value !== "object") return new Unreadable("Expected list or null");
  if (expected === "map" && typeof value !== "object") return new Unreadable("Expected map or null");
  if (Array.isArray(value)) return new Unreadable("Start of list found where not expected");
  if (typeof value === "object") {
    return new Unreadable("Start of structure or map found where not expected.");
  }
  if (expected === "Timestamp") {
    return new Unreadable(`${token(value)} can not be converted to milliseconds since epoch`);
  }
  const article = expected === "Integer" ? "an" : "a";
  return new Unreadable(`${token(value)} can not be converted to ${article} ${expected}`);
}

function token(value: unknown): string {
  switch (typeof value) {
    case "string":
      return "STRING_VALUE";
    case "number":
    case "bigint":
      return "NUMBER_VALUE";
    case "boolean":
      return value ? "TRUE_VALUE" : "FALSE_VALUE";
    default:
      return "NULL_VALUE";
  }
}
