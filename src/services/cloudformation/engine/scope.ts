// What a stack's template is evaluated against: its parameters, itself, and its
// resources as they stand.

import type { Place } from "../../../core/place.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { TemplateError } from "../../../lang/template/error.ts";
import { type Evaluator, evaluator } from "../../../lang/template/evaluate.ts";
import { isList, listOf } from "../../../lang/template/parameters.ts";
import { references } from "../../../lang/template/references.ts";
import { readTemplate, type Template } from "../../../lang/template/template.ts";
import { type Fields, isFields, noValue, unresolved, type Value } from "../../../lang/template/value.ts";
import { ExportRecord, type Target } from "../stacks/stack.ts";
import type { ResourceState } from "../stacks/stack-resource.ts";

export const pseudoParameters: ReadonlySet<string> = new Set([
  "AWS::AccountId",
  "AWS::NoValue",
  "AWS::NotificationARNs",
  "AWS::Partition",
  "AWS::Region",
  "AWS::StackId",
  "AWS::StackName",
  "AWS::URLSuffix",
]);

export interface StackScope {
  readonly template: Template;
  readonly evaluator: Evaluator;
  /** As `evaluator`, but with the secret parameters hidden; the same where there are none. */
  readonly shown: Evaluator;
}

export interface ScopeOptions {
  readonly place: Place;
  readonly id: string;
  readonly name: string;
  readonly target: Target;
  readonly processed: Fields;
  readonly imports: ReadonlyMap<string, string>;
  readonly resource: (logicalId: string) => ResourceState | undefined;
  /** Resources whose answers will only be known once they are made again. */
  readonly unsettled?: ReadonlySet<string>;
}

export function stackScope(options: ScopeOptions): StackScope {
  const { place, id, name, target, imports } = options;
  const template = readTemplate(options.processed);
  const pseudo = new Map<string, Value>([
    ["AWS::AccountId", place.account],
    ["AWS::NoValue", noValue],
    ["AWS::NotificationARNs", [...target.notificationArns]],
    ["AWS::Partition", "aws"],
    ["AWS::Region", place.region],
    ["AWS::StackId", id],
    ["AWS::StackName", name],
    ["AWS::URLSuffix", "amazonaws.com"],
  ]);
  const guesses = guessesOf(template, target);
  const make = (hidden: boolean): Evaluator =>
    evaluator({
      template,
      parameters: parametersOf(template, target, hidden),
      ...(guesses.size > 0 ? { guesses } : {}),
      pseudo,
      reference: (logicalId) => referenceOf(logicalId, options),
      attribute: (logicalId, attribute) => attributeOf(logicalId, attribute, options),
      imported: (exportName) => {
        const value = imports.get(exportName);
        if (value === undefined) throw new TemplateError(`No export named ${exportName} found.`);
        return value;
      },
      zones: (region) => ["a", "b", "c"].map((letter) => region + letter),
    });
  const own = make(false);
  return { template, evaluator: own, shown: target.secret.length === 0 ? own : make(true) };
}

/** Stands for the value of a parameter that only a resource can say which is not there yet. */
export const knownAfter = "{{changeSet:KNOWN_AFTER_APPLY}}";

function guessesOf(template: Template, { parameters }: Target): ReadonlyMap<string, Value> {
  const unknown = [...template.parameters.values()].filter(({ name }) => parameters[name] === knownAfter);
  return new Map(unknown.map((each) => [each.name, isList(each) ? [knownAfter] : knownAfter]));
}

function parametersOf(template: Template, target: Target, hidden: boolean): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const declaration of template.parameters.values()) {
    const { name } = declaration;
    const text = target.resolved[name] ?? target.parameters[name] ?? "";
    if (text === knownAfter) values.set(name, unresolved);
    else if (hidden && declaration.noEcho) values.set(name, "****");
    else values.set(name, isList(declaration) ? [...listOf(text)] : text);
  }
  return values;
}

function referenceOf(logicalId: string, { resource, unsettled }: ScopeOptions): Value {
  if (unsettled?.has(logicalId) === true) return unresolved;
  const current = resource(logicalId)?.current;
  return current === undefined ? unresolved : (current.ref ?? current.physicalId);
}

function attributeOf(logicalId: string, attribute: string, { resource, unsettled }: ScopeOptions): Value {
  if (unsettled?.has(logicalId) === true) return unresolved;
  const current = resource(logicalId)?.current;
  if (current === undefined) return unresolved;
  const value = attributeValue(current.attributes, attribute);
  return value === undefined ? unresolved : (value as Value);
}

/** By its full name, or member by member. */
export function attributeValue(attributes: Readonly<Record<string, unknown>>, name: string): unknown {
  if (name in attributes) return attributes[name];
  let found: unknown = attributes;
  for (const part of name.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[part];
  }
  return found;
}

/** The exports that a template reads, as far as their names are known: all those of this place. */
export async function readImports(ctx: Waiting, processed: Fields): Promise<ReadonlyMap<string, string>> {
  if (!JSON.stringify(processed).includes("Fn::ImportValue")) return new Map();
  const all = await ctx.atomically((tx) => tx.all(ExportRecord));
  return new Map(all.map(({ name, value }) => [name, value]));
}

/** The resources whose conditions hold. */
export function includedResources({ template, evaluator: self }: StackScope): ReadonlySet<string> {
  const included = new Set<string>();
  for (const { logicalId, condition } of template.resources.values())
    if (condition === undefined || self.condition(condition)) included.add(logicalId);
  return included;
}

/** The attributes that values ask of each resource. */
export function attributesAsked(
  values: readonly Value[],
  self: Evaluator,
): ReadonlyMap<string, readonly string[]> {
  const asked = new Map<string, string[]>();
  for (const value of values) {
    for (const { name, attribute } of references(value, self.condition)) {
      if (attribute === undefined || attribute === "") continue;
      const list = asked.get(name);
      if (list === undefined) asked.set(name, [attribute]);
      else list.push(attribute);
    }
  }
  return asked;
}

/** The names of the exports that a template reads. */
export function importedNames({ template, evaluator: self }: StackScope): readonly string[] {
  const names = new Set<string>();
  const visit = (value: Value): void => {
    if (Array.isArray(value)) {
      for (const each of value) visit(each);
      return;
    }
    if (!isFields(value)) return;
    for (const [name, each] of Object.entries(value)) {
      if (name === "Fn::ImportValue") {
        const found = self.evaluate(each);
        if (typeof found === "string") names.add(found);
      } else visit(each);
    }
  };
  for (const { properties, condition } of template.resources.values())
    if (condition === undefined || self.condition(condition)) visit(properties);
  for (const { value, condition } of template.outputs.values())
    if (condition === undefined || self.condition(condition)) visit(value);
  return [...names];
}
