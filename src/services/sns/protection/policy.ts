// Data protection policies: what they may say, and what of it is carried out.
// Identifiers that take more than a pattern to recognise are refused by name.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-policies.html

import { notImplemented } from "../../../core/fault.ts";
import { invalidParameter, isObject, parseObject } from "../faults.ts";
import type { TopicState } from "../topics/topic.ts";
import { type Find, matches } from "./detection.ts";
import { managedIdentifiers } from "./identifiers.ts";

export interface Rule {
  readonly direction: "Inbound" | "Outbound";
  /** Who publishes, or who subscribed; undefined: everybody. */
  readonly principals: readonly string[] | undefined;
  /** By name. */
  readonly identifiers: Readonly<Record<string, Find>>;
  readonly operation: Operation;
}

export type Operation =
  | { readonly type: "deny" }
  /** A character for each of what was found, or nothing for all of it. */
  | { readonly type: "deidentify"; readonly mask: string }
  | {
      readonly type: "audit";
      readonly percent: number;
      readonly findings: Destination | undefined;
      readonly noFindings: Destination | undefined;
    };

export interface Destination {
  readonly logGroup: string | undefined;
  readonly stream: string | undefined;
  readonly bucket: string | undefined;
}

const largestPolicyBytes = 30_720;
const managedPrefix = "arn:aws:dataprotection::aws:data-identifier/";
const logGroupPrefix = "/aws/vendedlogs/";

/** Throws AWS's fault, or one that names what Cumulet does not recognise. */
export function checkDataProtectionPolicy(text: string, fifo: boolean): void {
  if (fifo)
    throw invalidParameter(
      "DataProtectionPolicy",
      "Data protection policies are not supported for FIFO topics",
    );
  if (Buffer.byteLength(text) > largestPolicyBytes)
    throw invalidParameter("DataProtectionPolicy is too long");
  readRules(text);
}

// Memoised by the identity of the decoded record, which changes with its bytes.
const compiled = new WeakMap<TopicState, readonly Rule[]>();

export function rulesOf(topic: TopicState): readonly Rule[] {
  let found = compiled.get(topic);
  if (found === undefined) {
    found = topic.dataProtectionPolicy === undefined ? [] : readRules(topic.dataProtectionPolicy);
    compiled.set(topic, found);
  }
  return found;
}

function readRules(text: string): readonly Rule[] {
  const policy = parseObject(text);
  if (policy === undefined) throw wrong("the policy is not valid JSON");
  if (policy.Version !== "2021-06-01") throw wrong("Version must be 2021-06-01");
  if (typeof policy.Name !== "string") throw wrong("Name is required");
  if (!Array.isArray(policy.Statement) || policy.Statement.length === 0) throw wrong("Statement is required");
  const custom = customIdentifiers(policy.Configuration);
  const rules = policy.Statement.map((statement: unknown) => readRule(statement, custom));
  if (rules.filter(({ operation }) => operation.type === "audit").length > 1) {
    throw wrong("only one statement may have the operation Audit");
  }
  return rules;
}

function readRule(statement: unknown, custom: Readonly<Record<string, Find>>): Rule {
  if (!isObject(statement)) throw wrong("Statement must hold objects");
  const { DataDirection: direction, Principal: principals, DataIdentifier: names, Operation } = statement;
  if (direction !== "Inbound" && direction !== "Outbound")
    throw wrong("DataDirection must be Inbound or Outbound");
  if (!isTexts(principals)) throw wrong("Principal must be a list");
  if (!isTexts(names)) throw wrong("DataIdentifier must be a list");
  const identifiers = Object.fromEntries(names.map((name) => readIdentifier(name, custom)));
  const everybody = principals.includes("*");
  const operation = readOperation(Operation);
  if (operation.type === "audit" && (direction !== "Inbound" || !everybody)) {
    throw wrong('Audit needs the DataDirection Inbound and the Principal "*"');
  }
  return { direction, principals: everybody ? undefined : principals, identifiers, operation };
}

function readOperation(given: unknown): Operation {
  if (!isObject(given) || Object.keys(given).length !== 1) throw wrong("Operation must name one operation");
  const { Deny, Audit, Deidentify } = given;
  if (Deny !== undefined) return { type: "deny" };
  if (isObject(Audit)) return readAudit(Audit);
  if (!isObject(Deidentify)) throw wrong("Operation must be Audit, Deny or Deidentify");
  if (Deidentify.RedactConfig !== undefined) return { type: "deidentify", mask: "" };
  const { MaskConfig } = Deidentify;
  const mask = isObject(MaskConfig) ? MaskConfig.MaskWithCharacter : undefined;
  if (typeof mask !== "string" || mask.length !== 1) throw wrong("MaskWithCharacter must be one character");
  return { type: "deidentify", mask };
}

function readAudit({
  SampleRate,
  FindingsDestination,
  NoFindingsDestination,
}: Record<string, unknown>): Operation {
  if (!/^\d{1,2}$/.test(String(SampleRate))) throw wrong("SampleRate must be an integer between 0 and 99");
  const findings = readDestination(FindingsDestination);
  const noFindings = readDestination(NoFindingsDestination);
  if (findings === undefined && noFindings === undefined) {
    throw wrong("Audit needs a FindingsDestination or a NoFindingsDestination");
  }
  return { type: "audit", percent: Number(SampleRate), findings, noFindings };
}

function readDestination(given: unknown): Destination | undefined {
  if (given === undefined) return undefined;
  if (!isObject(given)) throw wrong("a destination must be an object");
  const part = (service: string, name: string): string | undefined => {
    const value = isObject(given[service]) ? given[service][name] : undefined;
    if (given[service] !== undefined && (typeof value !== "string" || value === "")) {
      throw wrong(`${service} needs ${name}`);
    }
    return value as string | undefined;
  };
  const destination = {
    logGroup: part("CloudWatchLogs", "LogGroup"),
    stream: part("Firehose", "DeliveryStream"),
    bucket: part("S3", "Bucket"),
  };
  if (destination.logGroup !== undefined && !destination.logGroup.startsWith(logGroupPrefix)) {
    throw wrong(`the name of LogGroup must begin with ${logGroupPrefix}`);
  }
  if (Object.values(destination).every((each) => each === undefined)) return undefined;
  return destination;
}

function readIdentifier(name: string, custom: Readonly<Record<string, Find>>): readonly [string, Find] {
  if (Object.hasOwn(custom, name)) return [name, custom[name]!];
  if (!name.startsWith(managedPrefix)) throw wrong(`${name} is not a data identifier`);
  const short = name.slice(managedPrefix.length);
  if (!Object.hasOwn(managedIdentifiers, short)) throw notImplemented("sns", `the data identifier ${short}`);
  return [short, managedIdentifiers[short]!];
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

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string");
}

function wrong(reason: string) {
  return invalidParameter("DataProtectionPolicy", reason);
}
