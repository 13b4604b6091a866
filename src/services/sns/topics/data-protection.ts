// Data protection policies: what messages may not carry, in or out. Identifiers
// that take more than a pattern to recognise are refused by name.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-policies.html

import { fault, notImplemented } from "../../../core/fault.ts";
import type { Principal } from "../../../core/principal.ts";
import { invalidParameter, isObject, parseObject, sns } from "../faults.ts";
import type { TopicState } from "./topic.ts";

type Direction = "Inbound" | "Outbound";
type Find = (text: string) => readonly string[];

interface Rule {
  readonly direction: Direction;
  readonly everybody: boolean;
  readonly principals: readonly string[];
  readonly find: Find;
  readonly operation: { readonly deny: true } | { readonly mask: string };
}

const largestPolicyBytes = 30_720;
const managedPrefix = "arn:aws:dataprotection::aws:data-identifier/";

const matches =
  (pattern: RegExp, valid: (found: string) => boolean = () => true): Find =>
  (text) =>
    [...text.matchAll(pattern)].map(([found]) => found).filter(valid);

/** The managed identifiers that a pattern, or a pattern and a check digit, recognise. */
const managed: Readonly<Record<string, Find>> = {
  EmailAddress: matches(/[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}/g),
  IpAddress: matches(/\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/g),
  CreditCardNumber: matches(/\b(?:\d[ -]?){12,18}\d\b/g, passesLuhn),
  "Ssn-US": matches(/\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b/g),
  "PhoneNumber-US": matches(/(?:\+1[ .-]?)?\(?\b[2-9]\d{2}\)?[ .-]?[2-9]\d{2}[ .-]?\d{4}\b/g),
  AwsSecretKey: matches(/(?<![A-Za-z0-9/+=])[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/g),
  OpenSshPrivateKey: matches(/-----BEGIN OPENSSH PRIVATE KEY-----[\s\S]*?-----END OPENSSH PRIVATE KEY-----/g),
  PkcsPrivateKey: matches(/-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]*?-----END (?:RSA )?PRIVATE KEY-----/g),
  PgpPrivateKey: matches(/-----BEGIN PGP PRIVATE KEY BLOCK-----[\s\S]*?-----END PGP PRIVATE KEY BLOCK-----/g),
};

/** Throws AWS's fault, or one that names what Cumulet does not recognise. */
export function checkDataProtectionPolicy(text: string, fifo: boolean): void {
  if (fifo)
    throw invalidParameter(
      "DataProtectionPolicy",
      "Data protection policies are not supported for FIFO topics",
    );
  if (Buffer.byteLength(text) > largestPolicyBytes)
    throw invalidParameter("DataProtectionPolicy is too long");
  rulesOf(text);
}

// Memoised by the identity of the decoded record, which changes with its bytes.
const compiled = new WeakMap<TopicState, readonly Rule[]>();

function rules(topic: TopicState): readonly Rule[] {
  let found = compiled.get(topic);
  if (found === undefined) {
    found = topic.dataProtectionPolicy === undefined ? [] : rulesOf(topic.dataProtectionPolicy);
    compiled.set(topic, found);
  }
  return found;
}

/** The message as it may go on, or undefined where it may not. */
export function protect(
  topic: TopicState,
  direction: Direction,
  principal: Principal | undefined,
  text: string,
): string | undefined {
  if (topic.dataProtectionPolicy === undefined) return text;
  let shown = text;
  for (const rule of rules(topic)) {
    if (rule.direction !== direction) continue;
    if (!rule.everybody && !rule.principals.includes(principal?.arn ?? "")) continue;
    for (const found of rule.find(shown)) {
      if ("deny" in rule.operation) return undefined;
      const { mask } = rule.operation;
      shown = shown.replaceAll(found, mask === "" ? "" : mask.repeat(found.length));
    }
  }
  return shown;
}

export function deniedByDataProtection(principal: Principal, topic: TopicState) {
  return fault(
    sns,
    "AuthorizationError",
    `User: ${principal.arn} is not authorized to perform: SNS:Publish on resource: ${topic.arn} with an explicit deny in a data protection policy`,
  );
}

function rulesOf(text: string): readonly Rule[] {
  const policy = parseObject(text);
  if (policy === undefined) throw wrong("the policy is not valid JSON");
  if (policy.Version !== "2021-06-01") throw wrong("Version must be 2021-06-01");
  if (typeof policy.Name !== "string") throw wrong("Name is required");
  if (!Array.isArray(policy.Statement) || policy.Statement.length === 0) throw wrong("Statement is required");
  const custom = customIdentifiers(policy.Configuration);
  return policy.Statement.map((statement: unknown) => ruleOf(statement, custom));
}

function ruleOf(statement: unknown, custom: Readonly<Record<string, Find>>): Rule {
  if (!isObject(statement)) throw wrong("Statement must hold objects");
  const {
    DataDirection: direction,
    Principal: principals,
    DataIdentifier: identifiers,
    Operation,
  } = statement;
  if (direction !== "Inbound" && direction !== "Outbound")
    throw wrong("DataDirection must be Inbound or Outbound");
  if (!isTexts(principals)) throw wrong("Principal must be a list");
  if (!isTexts(identifiers)) throw wrong("DataIdentifier must be a list");
  if (direction === "Outbound" && !principals.includes("*")) {
    throw notImplemented("sns", "DataProtectionPolicy with DataDirection Outbound for some principals");
  }
  const finds = identifiers.map((identifier) => findOf(identifier, custom));
  return {
    direction,
    everybody: principals.includes("*"),
    principals,
    find: (text) => finds.flatMap((find) => find(text)),
    operation: operationOf(Operation),
  };
}

function operationOf(operation: unknown): Rule["operation"] {
  if (!isObject(operation) || Object.keys(operation).length !== 1)
    throw wrong("Operation must name one operation");
  if (operation.Deny !== undefined) return { deny: true };
  if (operation.Audit !== undefined) throw notImplemented("sns", "DataProtectionPolicy with Operation Audit");
  const { Deidentify } = operation;
  if (!isObject(Deidentify)) throw wrong("Operation must be Audit, Deny or Deidentify");
  if (Deidentify.RedactConfig !== undefined) return { mask: "" };
  const { MaskConfig } = Deidentify;
  const mask = isObject(MaskConfig) ? MaskConfig.MaskWithCharacter : undefined;
  if (typeof mask !== "string" || mask.length !== 1) throw wrong("MaskWithCharacter must be one character");
  return { mask };
}

function findOf(identifier: string, custom: Readonly<Record<string, Find>>): Find {
  if (Object.hasOwn(custom, identifier)) return custom[identifier]!;
  if (!identifier.startsWith(managedPrefix)) throw wrong(`${identifier} is not a data identifier`);
  const name = identifier.slice(managedPrefix.length);
  if (!Object.hasOwn(managed, name)) throw notImplemented("sns", `the data identifier ${name}`);
  return managed[name]!;
}

function customIdentifiers(configuration: unknown): Readonly<Record<string, Find>> {
  const list = isObject(configuration) ? (configuration.CustomDataIdentifier ?? []) : [];
  if (!Array.isArray(list) || list.length > 10)
    throw wrong("CustomDataIdentifier must be a list of at most 10");
  return Object.fromEntries(
    list.map((each: unknown) => {
      if (
        !isObject(each) ||
        typeof each.Name !== "string" ||
        typeof each.Regex !== "string" ||
        each.Regex.length > 200
      ) {
        throw wrong("CustomDataIdentifier needs a Name and a Regex of at most 200 characters");
      }
      return [each.Name, matches(expressionOf(each.Regex))];
    }),
  );
}

function expressionOf(source: string): RegExp {
  try {
    return new RegExp(source, "g");
  } catch {
    throw wrong(`${source} is not a regular expression`);
  }
}

function passesLuhn(found: string): boolean {
  const digits = found.replace(/\D/g, "");
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits.length >= 13 && digits.length <= 19 && sum % 10 === 0;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string");
}

function wrong(reason: string) {
  return invalidParameter("DataProtectionPolicy", reason);
}
