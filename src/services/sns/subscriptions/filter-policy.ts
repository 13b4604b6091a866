// Filter policies: EventBridge's pattern language with SNS's own limits, held
// against a message's attributes or against its body.
// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html

import { type Fault, fault } from "../../../core/fault.ts";
import { compileEventPattern, type EventTest } from "../../../lang/event-pattern/compile.ts";
import { EventPatternError } from "../../../lang/event-pattern/pattern-error.ts";
import { invalidParameter, isObject, parseObject, sns } from "../faults.ts";
import type { MessageAttributes } from "../messages/message-attributes.ts";
import type { SubscriptionState } from "./subscription.ts";

type Pattern = Readonly<Record<string, unknown>>;

const mostKeys = 5;
const mostCombinations = 150;
const largestPolicyBytes = 262_144;

/** Throws AWS's fault unless the policy can be set under that scope. */
export function checkFilterPolicy(text: string, scope: string): void {
  if (text === "" || text === "{}") return;
  if (Buffer.byteLength(text) > largestPolicyBytes) throw wrong("Filter policy is too long");
  const pattern = parseObject(text);
  if (pattern === undefined) throw wrong("failed to parse JSON.");
  if (scope !== "MessageBody") checkFlat(pattern);
  compiled(pattern);
  if (keysOf(pattern) > mostKeys) {
    throw fault(
      sns,
      "InvalidParameter",
      `Invalid parameter: FilterPolicy: Filter policy can not have more than ${mostKeys} keys`,
    );
  }
  if (combinationsOf(pattern, 1) > mostCombinations) throw wrong("Filter policy is too complex");
}

export function checkFilterPolicyScope(scope: string): void {
  if (scope !== "MessageAttributes" && scope !== "MessageBody") {
    throw invalidParameter(
      `FilterPolicyScope: Invalid value [${scope}]. Please use either MessageBody or MessageAttributes`,
    );
  }
}

/** What a filter sees of a message; the body is parsed for the first that asks. */
export interface Filtered {
  readonly message: string;
  readonly attributes?: MessageAttributes | undefined;
  body?: { readonly value: Pattern | undefined };
}

type Filter = (message: Filtered) => boolean;

const everything: Filter = () => true;
// Memoised by the identity of the decoded record, which changes with its bytes.
const filters = new WeakMap<SubscriptionState, Filter>();

export function wants(subscription: SubscriptionState, message: Filtered): boolean {
  let filter = filters.get(subscription);
  if (filter === undefined) {
    filter = filterOf(subscription);
    filters.set(subscription, filter);
  }
  return filter(message);
}

function filterOf({ attributes }: SubscriptionState): Filter {
  const text = attributes.FilterPolicy;
  if (text === undefined || text === "{}") return everything;
  const test = compileEventPattern(JSON.parse(text));
  if (attributes.FilterPolicyScope !== "MessageBody") {
    return (message) => test(comparable(message.attributes));
  }
  return (message) => {
    message.body ??= { value: parseObject(message.message) };
    return message.body.value !== undefined && test(message.body.value);
  };
}

/** The attributes as JSON. Binary ones are not compared. */
function comparable(attributes: MessageAttributes | undefined): Pattern {
  const values: Record<string, unknown> = {};
  for (const [name, { type, text }] of Object.entries(attributes ?? {})) {
    if (text === undefined) continue;
    if (type.startsWith("Number")) values[name] = Number(text);
    else if (type.startsWith("String.Array")) values[name] = listOf(text);
    else values[name] = text;
  }
  return values;
}

function listOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) || typeof value !== "object" ? value : undefined;
  } catch {
    return undefined;
  }
}

function compiled(pattern: Pattern): EventTest {
  try {
    const unsupported = operatorsOf(pattern).find((operator) => operator === "wildcard");
    if (unsupported !== undefined) throw new EventPatternError(`Unrecognized match type ${unsupported}`);
    return compileEventPattern(pattern);
  } catch (error) {
    if (error instanceof EventPatternError) throw wrong(error.message);
    throw error;
  }
}

function operatorsOf(pattern: unknown): readonly string[] {
  if (Array.isArray(pattern)) {
    return pattern.flatMap((rule) =>
      isObject(rule) ? [...Object.keys(rule), ...operatorsOf(Object.values(rule))] : [],
    );
  }
  return isObject(pattern) ? Object.values(pattern).flatMap(operatorsOf) : [];
}

function checkFlat(pattern: Pattern): void {
  for (const [name, rule] of Object.entries(pattern)) {
    if (isObject(rule)) {
      throw invalidParameter("Filter policy scope MessageAttributes does not support nested filter policy");
    }
    if (name === "$or" && Array.isArray(rule))
      for (const each of rule) if (isObject(each) && hasLists(each)) checkFlat(each);
  }
}

/** An alternative of `$or`, and not an operator of a field that is called so. */
function hasLists(pattern: Pattern): boolean {
  return Object.values(pattern).some((rule) => Array.isArray(rule) || isObject(rule));
}

/** Only keys that hold values count. */
function keysOf(pattern: Pattern): number {
  let keys = 0;
  for (const [name, rule] of Object.entries(pattern)) {
    if (isObject(rule)) keys += keysOf(rule);
    else if (name === "$or" && isAlternatives(rule)) for (const each of rule) keys += keysOf(each);
    else keys += 1;
  }
  return keys;
}

/** The product of the numbers of values, each weighed with the depth of its key; alternatives add up. */
function combinationsOf(pattern: Pattern, depth: number): number {
  let product = 1;
  for (const [name, rule] of Object.entries(pattern)) {
    if (isObject(rule)) product *= combinationsOf(rule, depth + 1);
    else if (name === "$or" && isAlternatives(rule)) {
      product *= rule.reduce((sum, each) => sum + combinationsOf(each, depth), 0);
    } else if (Array.isArray(rule)) product *= rule.length * depth;
  }
  return product;
}

function isAlternatives(rule: unknown): rule is readonly Pattern[] {
  return Array.isArray(rule) && rule.length >= 2 && rule.every((each) => isObject(each) && hasLists(each));
}

function wrong(reason: string): Fault {
  return invalidParameter(`FilterPolicy: ${reason}`);
}
