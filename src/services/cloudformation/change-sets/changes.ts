// What a new template would do to a stack's resources, as far as it can be known
// without doing it: what depends on a resource that will be another one is
// "dynamic".

import { prepare } from "../../../core/provision.ts";
import type { Properties } from "../../../core/resource-type.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { differences, type PropertyDifference, same } from "../../../lang/resource-schema/difference.ts";
import { dependencies, inOrder, references } from "../../../lang/template/references.ts";
import type { ResourceDeclaration } from "../../../lang/template/template.ts";
import { isFields, isKnown, unresolved, type Value } from "../../../lang/template/value.ts";
import type {
  ChangeAction,
  Replacement,
  ResourceAttribute,
  ResourceChangeDetail,
} from "../../../model/generated/cloudformation.d.ts";
import { typeOf } from "../engine/run-context.ts";
import {
  importedNames,
  includedResources,
  knownAfter,
  readImports,
  type StackScope,
  stackScope,
} from "../engine/scope.ts";
import { validationError } from "../model.ts";
import { type StackState, stackKey } from "../stacks/stack.ts";
import { ResourceRecord, type ResourceState } from "../stacks/stack-resource.ts";
import type { Planned } from "../templates/target.ts";

export interface ChangeState {
  readonly action: ChangeAction;
  readonly logicalId: string;
  readonly physicalId?: string | undefined;
  readonly type: string;
  readonly replacement?: Replacement | undefined;
  readonly policy?: "Delete" | "Retain" | "Snapshot" | undefined;
  readonly scope: readonly ResourceAttribute[];
  readonly details: readonly ResourceChangeDetail[];
  /** Of a nested stack, where the change set has change sets of nested stacks. */
  readonly changeSetId?: string | undefined;
}

/** Whether the plan changes a resource, an output or a tag of the stack. */
export async function changesAnything(ctx: Waiting, stack: StackState, planned: Planned): Promise<boolean> {
  const { changes, scope } = await findChanges(ctx, stack, planned);
  return changes.length > 0 || changesStack(stack, planned, scope);
}

/** Whether outputs, tags or imports change, all resources staying as they are. */
export function changesStack(stack: StackState, planned: Planned, scope: StackScope): boolean {
  const outputs: [string, unknown, unknown][] = [];
  for (const { name, value, condition, exportName } of scope.template.outputs.values()) {
    if (condition !== undefined && !scope.evaluator.condition(condition)) continue;
    const exported = exportName === undefined ? undefined : scope.evaluator.evaluate(exportName);
    outputs.push([name, String(scope.evaluator.evaluate(value)), exported]);
  }
  const before = stack.outputs.map(({ name, value, exportName }) => [name, value, exportName]);
  return (
    !same(outputs, before) ||
    !same(planned.target.tags, stack.tags) ||
    !same(importedNames(scope), stack.imports)
  );
}

export interface FoundChanges {
  readonly changes: readonly ChangeState[];
  readonly scope: StackScope;
}

export async function findChanges(
  ctx: Waiting,
  stack: StackState,
  planned: Planned,
  imports: Readonly<Record<string, unknown>> = {},
): Promise<FoundChanges> {
  const records = await ctx.atomically((tx) => tx.all(ResourceRecord, [stackKey(stack.id)]));
  const existing = new Map(records.map((record) => [record.logicalId, record]));
  const unsettled = new Set<string>();
  const scope = stackScope({
    place: ctx,
    id: stack.id,
    name: stack.name,
    target: { ...planned.target, generation: 0 },
    processed: planned.processed,
    imports: await readImports(ctx, planned.processed),
    resource: (id) => existing.get(id),
    unsettled,
  });
  const included = includedResources(scope);
  const graph = dependencies(scope.template, included, scope.evaluator.condition);
  const changed = new Set(
    Object.keys({ ...stack.parameters, ...planned.target.parameters }).filter(
      (name) =>
        (stack.resolved[name] ?? stack.parameters[name]) !==
        (planned.target.resolved[name] ?? planned.target.parameters[name]),
    ),
  );
  const changes: ChangeState[] = [];
  for (const id of inOrder(graph)) {
    const declared = scope.template.resources.get(id)!;
    const record = existing.get(id);
    if (record?.current === undefined) {
      unsettled.add(id);
      const action = id in imports ? "Import" : "Add";
      changes.push({ action, logicalId: id, type: declared.type, scope: [], details: [] });
      continue;
    }
    if (record.type !== declared.type) {
      throw validationError(
        `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${id}]`,
      );
    }
    const change = await modification(ctx, stack, planned, scope, declared, record, { unsettled, changed });
    if (change === undefined) continue;
    if (change.replacement !== "False") unsettled.add(id);
    changes.push(change);
  }
  for (const record of records) {
    if (included.has(record.logicalId)) continue;
    const policy = /^Retain/.test(record.deletionPolicy) ? "Retain" : "Delete";
    changes.push({
      action: "Remove",
      logicalId: record.logicalId,
      physicalId: record.current?.physicalId,
      type: record.type,
      policy,
      scope: [],
      details: [],
    });
  }
  return { changes: changes.sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1)), scope };
}

interface Causes {
  readonly unsettled: ReadonlySet<string>;
  /** Parameters with another value. */
  readonly changed: ReadonlySet<string>;
}

async function modification(
  ctx: Waiting,
  stack: StackState,
  planned: Planned,
  scope: StackScope,
  declared: ResourceDeclaration,
  record: ResourceState,
  causes: Causes,
): Promise<ChangeState | undefined> {
  const current = record.current!;
  const type = await typeOf(ctx, declared.type);
  if (type === undefined) return undefined;
  const value = scope.evaluator.evaluate(declared.properties);
  const given = (isKnown(value) ? value : marked(value)) as Properties;
  const incarnation = {
    logicalId: record.logicalId,
    stack: { id: stack.id, name: stack.name },
    token: current.token,
  };
  const prepared = prepare(type, given, incarnation, planned.target.tags);
  const after = prepared.failures.length > 0 && !isKnown(value) ? given : prepared.properties;
  const found = differences(type.schema, current.properties, after);
  const metadata = declared.metadata === undefined ? undefined : scope.evaluator.evaluate(declared.metadata);
  const details = found.flatMap((each) => detailsOf(each, declared, causes, type.schema?.tags?.[0]));
  if (!same(metadata, record.metadata)) {
    details.push({
      Target: { Attribute: "Metadata", RequiresRecreation: "Never" },
      Evaluation: "Static",
      ChangeSource: "DirectModification",
    });
  }
  if (details.length === 0 && type.definition.alwaysUpdates === true)
    details.push({ Evaluation: "Dynamic", ChangeSource: "Automatic" });
  if (details.length === 0) return undefined;
  const { update, replaces } = type.definition;
  const always = found.some(
    ({ requires, path }) =>
      (requires === "Always" || update === undefined) && !isDynamic(path, declared, causes),
  );
  const maybe = found.some(({ requires }) => requires !== "Never") || update === undefined;
  const decided = isKnown(value) && replaces?.(after, current.properties) === true;
  return {
    action: "Modify",
    logicalId: record.logicalId,
    physicalId: current.physicalId,
    type: record.type,
    replacement: always || decided ? "True" : maybe && found.length > 0 ? "Conditional" : "False",
    scope: [...new Set(details.map(({ Target }) => Target?.Attribute ?? "Properties"))],
    details,
  };
}

/** What is not known yet, as text that says so. */
export function marked(value: Value): Value {
  if (value === unresolved) return knownAfter;
  if (Array.isArray(value)) return value.map(marked);
  return isFields(value)
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, marked(each)]))
    : value;
}

function isDynamic(
  [property = ""]: readonly string[],
  declared: ResourceDeclaration,
  { unsettled }: Causes,
): boolean {
  const given = declared.properties[property];
  return given !== undefined && references(given, undefined).some(({ name }) => unsettled.has(name));
}

function detailsOf(
  { path, requires }: PropertyDifference,
  declared: ResourceDeclaration,
  causes: Causes,
  tagProperty: string | undefined,
): readonly ResourceChangeDetail[] {
  const [property = ""] = path;
  const Target =
    property === tagProperty
      ? { Attribute: "Tags" as const, RequiresRecreation: requires }
      : { Attribute: "Properties" as const, Name: property, RequiresRecreation: requires };
  const given = declared.properties[property];
  const found: ResourceChangeDetail[] = [];
  for (const { name, attribute } of given === undefined ? [] : references(given, undefined)) {
    if (causes.changed.has(name))
      found.push({ Target, Evaluation: "Static", ChangeSource: "ParameterReference", CausingEntity: name });
    else if (causes.unsettled.has(name)) {
      found.push({
        Target,
        Evaluation: "Dynamic",
        ChangeSource: attribute === undefined ? "ResourceReference" : "ResourceAttribute",
        CausingEntity: attribute === undefined ? name : `${name}.${attribute}`,
      });
    }
  }
  if (found.length === 0) found.push({ Target, Evaluation: "Static", ChangeSource: "DirectModification" });
  return found;
}
