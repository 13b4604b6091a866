// SAML assertions: what STS reads of them. The XML is searched, not parsed:
// assertions are flat, and what is not found is refused.

import { fault } from "../../../core/fault.ts";
import { invalidToken, sts } from "../model.ts";

export interface Assertion {
  /** Pairs of a role's and a provider's ARN. */
  readonly roles: readonly { readonly role: string; readonly provider: string }[];
  readonly sessionName: string;
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  /** `persistent`, `transient`, or the format's full name. */
  readonly subjectType: string;
  readonly durationSeconds?: number;
}

const attributes = "https://aws.amazon.com/SAML/Attributes";

export function readAssertion(encoded: string, now: number): Assertion {
  const xml = Buffer.from(encoded, "base64").toString();
  const issuer = text(xml, "Issuer");
  const subject = text(xml, "NameID");
  const [sessionName] = attribute(xml, `${attributes}/RoleSessionName`);
  const end = /<(?:\w+:)?SubjectConfirmationData\b[^>]*\bNotOnOrAfter="([^"]+)"/.exec(xml)?.[1];
  if (issuer === undefined || subject === undefined) throw invalidToken("Response can not be parsed");
  if (sessionName === undefined) {
    throw invalidToken("RoleSessionName is required in AuthnResponse");
  }
  if (end === undefined || Date.parse(end) <= now) {
    throw fault(sts, "ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance");
  }
  const [duration] = attribute(xml, `${attributes}/SessionDuration`);
  const format = /<(?:\w+:)?NameID\b[^>]*\bFormat="([^"]+)"/.exec(xml)?.[1] ?? "";
  return {
    roles: attribute(xml, `${attributes}/Role`).flatMap(rolePair),
    sessionName,
    issuer,
    audience: text(xml, "Audience") ?? "",
    subject,
    subjectType: /:(persistent|transient)$/.exec(format)?.[1] ?? format,
    ...(duration === undefined ? {} : { durationSeconds: Number(duration) }),
  };
}

/** The role may come first or the provider. */
function rolePair(value: string): Assertion["roles"] {
  const [first = "", second = ""] = value.split(",").map((part) => part.trim());
  if (first.includes(":role/")) return [{ role: first, provider: second }];
  return second.includes(":role/") ? [{ role: second, provider: first }] : [];
}

function text(xml: string, element: string): string | undefined {
  const match = new RegExp(`<(?:\\w+:)?${element}(?:\\s[^>]*)?>([^<]*)</`).exec(xml);
  return match === null ? undefined : plain(match[1]!.trim());
}

function attribute(xml: string, name: string): readonly string[] {
  const start = new RegExp(`<(?:\\w+:)?Attribute\\b[^>]*\\bName="${name}"[^>]*>`).exec(xml);
  if (start === null) return [];
  const inside = xml.slice(start.index + start[0].length).split(/<\/(?:\w+:)?Attribute>/)[0]!;
  const values = inside.matchAll(/<(?:\w+:)?AttributeValue(?:\s[^>]*)?>([^<]*)</g);
  return [...values].map((match) => plain(match[1]!.trim()));
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function plain(value: string): string {
  return value.replace(/&(lt|gt|amp|quot|apos);/g, (_whole, name: string) => entities[name]!);
}
