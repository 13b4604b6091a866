// POST policies: what the owner of a key let a browser send
// (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html).

import { Fault } from "../../core/fault.ts";

export type Fields = ReadonlyMap<string, string>;

export interface SizeRange {
  readonly least: number;
  readonly most: number;
}

interface Condition {
  readonly operator: "eq" | "starts-with";
  /** Lower-case, without its dollar. */
  readonly field: string;
  readonly value: string;
  /** As the policy has it, for the message. */
  readonly shown: unknown;
}

/** Fields that no condition need speak of. */
const free = new Set(["awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"]);

/** Faults unless all conditions hold and every field is spoken of. Returns what is left to check: the file's size. */
export function checkPolicy(
  encoded: string,
  fields: Fields,
  bucket: string,
  now: number,
): SizeRange | undefined {
  const { expiration, conditions, range } = readPolicy(encoded);
  if (now >= expiration) throw denied("Policy expired.");
  const given = new Map([...fields, ["bucket", bucket]]);
  for (const condition of conditions) {
    if (!holds(condition, given.get(condition.field) ?? "")) {
      throw denied(`Policy Condition failed: ${JSON.stringify(condition.shown)}`);
    }
  }
  const spoken = new Set(conditions.map(({ field }) => field));
  const extra = [...fields.keys()].filter(
    (name) => !free.has(name) && !name.startsWith("x-ignore-") && !spoken.has(name),
  );
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(", ")}`);
  return range;
}

function holds({ operator, field, value }: Condition, given: string): boolean {
  if (operator === "eq") return given === value;
  // Several content types are each to begin so.
  const each = field === "content-type" ? given.split(",") : [given];
  return each.every((one) => one.startsWith(value));
}

interface Policy {
  readonly expiration: number;
  readonly conditions: readonly Condition[];
  readonly range: SizeRange | undefined;
}

function readPolicy(encoded: string): Policy {
  const document = parse(encoded);
  if (document.expiration === undefined) throw invalid("Policy missing expiration.");
  const expiration = Date.parse(String(document.expiration));
  if (Number.isNaN(expiration)) throw invalid(`Invalid 'expiration' value: '${String(document.expiration)}'`);
  if (!Array.isArray(document.conditions)) throw invalid("Policy missing conditions.");
  const conditions: Condition[] = [];
  let range: SizeRange | undefined;
  for (const each of document.conditions as readonly unknown[]) {
    if (Array.isArray(each) && String(each[0]).toLowerCase() === "content-length-range") {
      range = { least: numberOf(each[1]), most: numberOf(each[2]) };
    } else conditions.push(...readCondition(each));
  }
  return { expiration, conditions, range };
}

function parse(encoded: string): { readonly expiration?: unknown; readonly conditions?: unknown } {
  try {
    const document: unknown = JSON.parse(Buffer.from(encoded, "base64").toString());
    if (typeof document === "object" && document !== null && !Array.isArray(document)) return document;
  } catch {
    // Told below.
  }
  throw invalid("Invalid JSON.");
}

function readCondition(each: unknown): Condition[] {
  if (Array.isArray(each) && each.length === 3) {
    const [operator, field, value] = each.map(String) as [string, string, string];
    const name = operator.toLowerCase();
    if ((name === "eq" || name === "starts-with") && field.startsWith("$")) {
      return [{ operator: name, field: field.slice(1).toLowerCase(), value, shown: each }];
    }
  } else if (typeof each === "object" && each !== null && !Array.isArray(each)) {
    return Object.entries(each).map(([field, value]) => ({
      operator: "eq",
      field: field.toLowerCase(),
      value: String(value),
      shown: ["eq", `$${field}`, String(value)],
    }));
  }
  throw invalid(`Invalid Simple-Condition: ${JSON.stringify(each)}`);
}

function numberOf(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw invalid("Invalid content-length-range.");
  return number;
}

function denied(why: string): Fault {
  return new Fault("s3", "AccessDenied", `Invalid according to Policy: ${why}`, { status: 403 });
}

function invalid(why: string): Fault {
  return new Fault("s3", "InvalidPolicyDocument", `Invalid Policy: ${why}`, { status: 400 });
}
