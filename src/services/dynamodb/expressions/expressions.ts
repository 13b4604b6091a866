// The expressions of one request with the names and values they share: compiled
// once per text, checked against this request's values, and at the end against
// AWS's rule that nothing may be given and not used.

import { Fault } from "../../../core/fault.ts";
import { validation, type Wording } from "../faults.ts";
import type { AttributeValue, Item } from "../values/attribute-value.ts";
import { newMeasure, normaliseValue } from "../values/validate.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { type CompiledCondition, compileCondition, type Values } from "./condition.ts";
import { type ExpressionKind, undefinedValue } from "./errors.ts";
import { type CompiledKeyCondition, compileKeyCondition, type KeyTest } from "./key-condition.ts";
import type { Names } from "./path.ts";
import { type CompiledProjection, compileProjection, project } from "./projection.ts";
import { type CompiledUpdate, compileUpdate } from "./update.ts";

// Memoised pure functions: what they hold can always be computed again.
const conditions = new BoundedCache<CompiledCondition>(256);
const keyConditions = new BoundedCache<CompiledKeyCondition>(256);
const projections = new BoundedCache<CompiledProjection>(256);
const updates = new BoundedCache<CompiledUpdate>(256);

export interface Update {
  /** Whether it makes an item where there is none. */
  readonly creates: boolean;
  /** First elements of the target paths. */
  readonly attributes: readonly string[];
  readonly apply: (item: Item) => Item;
  /** Of the item, what the update's paths name. */
  readonly touched: (item: Item) => Item;
}

export interface ItemCondition {
  /** First elements of the paths that the expression reads. */
  readonly attributes: readonly string[];
  readonly test: (item: Item) => boolean;
}

export interface Projection {
  readonly attributes: readonly string[];
  readonly project: (item: Item) => Item;
}

export interface KeyCondition {
  readonly tests: readonly {
    readonly attribute: string;
    readonly operator: KeyTest["operator"];
    readonly values: readonly AttributeValue[];
  }[];
}

/** Names and values as the model's types have them. */
type GivenNames = Readonly<Record<string, string>> | undefined;
type GivenValues = Readonly<Record<string, AttributeValue>> | undefined;

const noValues: Values = {};
const placeholderName = /^#[A-Za-z0-9_]+$/;
const valueName = /^:[A-Za-z0-9_]+$/;

/** What a request, or a member of one, gives. */
export type ExpressionInput = Partial<Readonly<Record<ExpressionKind, string | undefined>>> & {
  readonly ExpressionAttributeNames?: GivenNames;
  readonly ExpressionAttributeValues?: GivenValues;
};

const kinds: readonly ExpressionKind[] = [
  "ConditionExpression",
  "FilterExpression",
  "KeyConditionExpression",
  "ProjectionExpression",
  "UpdateExpression",
];

export function hasExpression(input: ExpressionInput): boolean {
  return kinds.some((kind) => input[kind] !== undefined);
}

export class Expressions {
  readonly #names: Names | undefined;
  readonly #values: Values;
  readonly #hasValues: boolean;
  /** Identifies the names in cache keys. */
  readonly #namesKey: string;
  readonly #usedNames: (readonly string[])[] = [];
  readonly #usedValues: (readonly string[])[] = [];

  constructor(input: ExpressionInput, wording: Wording = "current") {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
    if ((names !== undefined || values !== undefined) && !hasExpression(input)) {
      throw withoutExpression(names, wording);
    }
    this.#names = names;
    this.#namesKey = names === undefined ? "" : checkNames(names);
    this.#hasValues = values !== undefined;
    this.#values = values === undefined ? noValues : normaliseValues(values, wording);
  }

  condition(kind: "ConditionExpression" | "FilterExpression", text: string): ItemCondition {
    const compiled = conditions.get(this.#key(kind, text), () => compileCondition(kind, text, this.#names));
    compiled.check(this.#values);
    this.#use(compiled.parsed.placeholders, compiled.parsed.values);
    const { test } = compiled;
    const values = this.#values;
    return { attributes: compiled.parsed.attributes, test: (item) => test(item, values) };
  }

  keyCondition(text: string): KeyCondition {
    const kind = "KeyConditionExpression";
    const compiled = keyConditions.get(this.#key(kind, text), () => compileKeyCondition(text, this.#names));
    compiled.check(this.#values);
    this.#use(compiled.parsed.placeholders, compiled.parsed.values);
    const tests = compiled.tests.map(({ attribute, operator, values }) => ({
      attribute,
      operator,
      values: values.map((name) => this.#values[name]!),
    }));
    return { tests };
  }

  projection(text: string): Projection {
    const kind = "ProjectionExpression";
    const compiled = projections.get(this.#key(kind, text), () => compileProjection(text, this.#names));
    this.#use(compiled.placeholders, []);
    return { attributes: compiled.attributes, project: (item) => project(item, compiled.tree) };
  }

  update(text: string): Update {
    const kind = "UpdateExpression";
    const compiled = updates.get(this.#key(kind, text), () => compileUpdate(text, this.#names));
    const values = this.#values;
    refuseUndefined(kind, compiled.parsed.values, values);
    compiled.check(values);
    this.#use(compiled.parsed.placeholders, compiled.parsed.values);
    return {
      attributes: compiled.attributes,
      creates: true,
      apply: (item) => compiled.apply(item, values),
      touched: (item) => project(item, compiled.targets),
    };
  }

  /** Call when all expressions have been asked for. */
  finish(): void {
    if (this.#names !== undefined) refuseUnused("ExpressionAttributeNames", this.#names, this.#usedNames);
    if (this.#hasValues) refuseUnused("ExpressionAttributeValues", this.#values, this.#usedValues);
  }

  #key(kind: ExpressionKind, text: string): string {
    return this.#namesKey === "" ? kind + text : `${kind}${this.#namesKey}\n${text}`;
  }

  #use(names: readonly string[], values: readonly string[]): void {
    this.#usedNames.push(names);
    this.#usedValues.push(values);
  }
}

function refuseUndefined(kind: ExpressionKind, used: readonly string[], values: Values): void {
  for (const name of used) if (values[name] === undefined) throw undefinedValue(kind, name);
}

function withoutExpression(names: GivenNames, wording: Wording): Error {
  if (names !== undefined) {
    return validation("ExpressionAttributeNames can only be specified when using expressions");
  }
  // Of what is worded in the older way, only Scan gets here.
  const why = wording === "older" ? ": FilterExpression is null" : "";
  return validation(`ExpressionAttributeValues can only be specified when using expressions${why}`);
}

function checkNames(names: Names): string {
  let key = "";
  for (const placeholder in names) {
    if (!placeholderName.test(placeholder)) {
      throw validation(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${placeholder}"`);
    }
    const name = names[placeholder]!;
    if (name === "") {
      throw validation(
        `ExpressionAttributeNames contains invalid value: Empty attribute name; key: "${placeholder}"`,
      );
    }
    // The length makes the key unambiguous, whatever the name holds.
    key += `${placeholder} ${name.length} ${name}`;
  }
  if (key === "") throw validation("ExpressionAttributeNames must not be empty");
  return key;
}

function normaliseValues(values: Values, wording: Wording): Values {
  const measure = newMeasure(wording);
  let canonical: Record<string, AttributeValue> | undefined;
  let empty = true;
  for (const name in values) {
    empty = false;
    if (!valueName.test(name)) {
      throw validation(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${name}"`);
    }
    const value = values[name]!;
    const normal = normaliseNamed(name, value, measure);
    if (normal !== value) {
      canonical ??= { ...values };
      canonical[name] = normal;
    }
  }
  if (empty) throw validation("ExpressionAttributeValues must not be empty");
  return canonical ?? values;
}

function normaliseNamed(
  name: string,
  value: AttributeValue,
  measure: ReturnType<typeof newMeasure>,
): AttributeValue {
  try {
    return normaliseValue(value, measure);
  } catch (error) {
    if (!(error instanceof Fault) || measure.wording === "current") throw error;
    throw validation(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${name}`);
  }
}

function refuseUnused(parameter: string, given: object, used: readonly (readonly string[])[]): void {
  let unused: string[] | undefined;
  for (const name in given) {
    if (!used.some((names) => names.includes(name))) {
      unused ??= [];
      unused.push(name);
    }
  }
  if (unused !== undefined) {
    throw validation(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(", ")}}`);
  }
}
