// From a request to what a stack is to be: the template read and checked, the
// parameters valued, everything that AWS refuses before a stack does anything.

import { notImplemented } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { TemplateError } from "../../../lang/template/error.ts";
import { isParameterStoreValue, parameterValues } from "../../../lang/template/parameters.ts";
import { parseTemplate } from "../../../lang/template/parse.ts";
import { checkReferences, dependencies, inOrder, references } from "../../../lang/template/references.ts";
import { checkRules } from "../../../lang/template/rules.ts";
import { expands, readTemplate, type Template } from "../../../lang/template/template.ts";
import type { Fields } from "../../../lang/template/value.ts";
import type {
  Capability,
  Parameter,
  RollbackConfiguration,
  Tag,
} from "../../../model/generated/cloudformation.d.ts";
import { parameterStoreValue } from "../engine/dynamic.ts";
import { includedResources, pseudoParameters, readImports, stackScope } from "../engine/scope.ts";
import { validationError } from "../model.ts";
import type { StackState, Target } from "../stacks/stack.ts";
import { missingCapabilities, neededCapabilities } from "./capabilities.ts";
import { transform } from "./transform.ts";

export interface TargetInput {
  readonly Parameters?: readonly Parameter[] | undefined;
  readonly Capabilities?: readonly Capability[] | undefined;
  readonly Tags?: readonly Tag[] | undefined;
  readonly NotificationARNs?: readonly string[] | undefined;
  readonly RollbackConfiguration?: RollbackConfiguration | undefined;
  readonly ResourceTypes?: readonly string[] | undefined;
}

export interface Planned {
  /** Without the number of the template, which is given when it is stored. */
  readonly target: Omit<Target, "generation">;
  readonly original: string;
  readonly processed: Fields;
  readonly transformed: boolean;
  readonly template: Template;
}

const maximumTags = 50;

/** Faults of the template's language become validation errors. */
export async function asValidation<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof TemplateError) throw validationError(error.message);
    throw error;
  }
}

export interface PlanOptions {
  /** What the caller must have acknowledged: of a change set, which is looked at first, not that it expands. */
  readonly acknowledged?: "all" | "resources" | "nothing";
  /** Parameters whose value is only known later. */
  readonly unknown?: ReadonlySet<string>;
}

export function plan(
  ctx: Waiting,
  original: string,
  input: TargetInput,
  identity: { readonly id: string; readonly name: string; readonly previous?: StackState | undefined },
  options: PlanOptions = {},
): Promise<Planned> {
  return asValidation(async () => {
    // There are no alarms to watch.
    if ((input.RollbackConfiguration?.RollbackTriggers ?? []).length > 0)
      throw notImplemented("cloudformation", "RollbackTriggers");
    const { previous } = identity;
    const { acknowledged = "all", unknown } = options;
    const parsed = await parseTemplate(original);
    const given = new Map(
      (input.Parameters ?? [])
        .filter(({ UsePreviousValue }) => UsePreviousValue !== true)
        .map(({ ParameterKey, ParameterValue }) => [ParameterKey ?? "", ParameterValue ?? ""]),
    );
    const usePrevious = new Set(
      (input.Parameters ?? [])
        .filter(({ UsePreviousValue }) => UsePreviousValue === true)
        .map(({ ParameterKey }) => ParameterKey ?? ""),
    );
    const before = previous?.parameters ?? {};
    const early = {
      ...Object.fromEntries([...usePrevious].map((name) => [name, before[name] ?? ""])),
      ...Object.fromEntries(given),
    };
    const { processed, transformed } = await transform(ctx, parsed, early);
    const template = readTemplate(processed);
    await checkTypes(ctx, template, input.ResourceTypes);
    checkReferences(template, pseudoParameters);
    await checkAttributes(ctx, template);
    const values = parameterValues(template.parameters, {
      given,
      usePrevious,
      previous: new Map(Object.entries(before)),
      ...(unknown === undefined ? {} : { unknown }),
    });
    if (acknowledged !== "nothing") {
      const expanding = acknowledged === "all" && expands(parsed);
      const needed = neededCapabilities(template, expanding);
      const missing = missingCapabilities(needed, input.Capabilities ?? []);
      if (missing !== undefined) throw missing;
    }
    const resolved: Record<string, string> = {};
    for (const declaration of template.parameters.values()) {
      if (isParameterStoreValue(declaration) && unknown?.has(declaration.name) !== true)
        resolved[declaration.name] = await parameterStoreValue(ctx, values.get(declaration.name) ?? "");
    }
    const tags = tagsOf(input.Tags) ?? previous?.tags ?? {};
    const target: Planned["target"] = {
      description: template.description,
      parameters: Object.fromEntries(values),
      resolved,
      secret: [...template.parameters.values()].filter(({ noEcho }) => noEcho).map(({ name }) => name),
      tags,
      capabilities: input.Capabilities ?? [],
      notificationArns: input.NotificationARNs ?? previous?.notificationArns ?? [],
      rollbackConfiguration: input.RollbackConfiguration ?? previous?.rollbackConfiguration,
    };
    const scope = stackScope({
      place: ctx,
      id: identity.id,
      name: identity.name,
      target: { ...target, generation: 0 },
      processed,
      imports: await readImports(ctx, processed),
      resource: () => undefined,
    });
    for (const name of Object.keys(template.conditions)) scope.evaluator.condition(name);
    // Rules are about values.
    if (unknown === undefined || unknown.size === 0) checkRules(scope.evaluator);
    const included = includedResources(scope);
    if (included.size === 0)
      throw new TemplateError("Template format error: At least one Resources member must be defined.");
    inOrder(dependencies(template, included, scope.evaluator.condition));
    return { target, original, processed, transformed, template };
  });
}

/** `Fn::GetAtt` may name what the type's schema gives, or the beginning of it. */
async function checkAttributes(ctx: Waiting, template: Template): Promise<void> {
  const values = [
    ...[...template.resources.values()].map(({ properties }) => properties),
    ...[...template.outputs.values()].map(({ value }) => value),
  ];
  for (const { name, attribute } of values.flatMap((value) => references(value, undefined))) {
    const declared = attribute === undefined ? undefined : template.resources.get(name);
    if (declared === undefined || attribute === undefined || attribute === "") continue;
    if (/^(Custom::|AWS::CloudFormation::)/.test(declared.type)) continue;
    const known = (await ctx.resourceType(declared.type))?.schema?.attributes ?? [];
    if (known.some((each) => each === attribute || each.startsWith(`${attribute}.`))) continue;
    throw new TemplateError(
      `Template error: resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`,
    );
  }
}

/** The types of a template that no service defines. */
export function unknownTypes(ctx: Waiting, template: Template): readonly string[] {
  const known = new Set(ctx.resourceTypes);
  const types = new Set([...template.resources.values()].map(({ type }) => type));
  return [...types].filter((type) => !type.startsWith("Custom::") && !known.has(type));
}

export const unrecognized = (types: readonly string[]): string =>
  `Template format error: Unrecognized resource types: [${types.join(", ")}]`;

async function checkTypes(
  ctx: Waiting,
  template: Template,
  allowed: readonly string[] | undefined,
): Promise<void> {
  const types = new Set([...template.resources.values()].map(({ type }) => type));
  const missing = unknownTypes(ctx, template);
  if (missing.length > 0) throw new TemplateError(unrecognized(missing));
  if (allowed === undefined || allowed.length === 0) return;
  const patterns = allowed.map((each) => new RegExp(`^${each.replace(/\*/g, ".*")}$`));
  const outside = [...types].filter((type) => !patterns.some((pattern) => pattern.test(type)));
  if (outside.length > 0)
    throw new TemplateError(
      `Resource type ${outside[0]} is not allowed by parameter ResourceTypes [${allowed.join(", ")}]`,
    );
}

export function tagsOf(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> | undefined {
  if (tags === undefined) return undefined;
  if (tags.length > maximumTags) throw validationError(`Tags cannot exceed ${maximumTags}`);
  for (const { Key } of tags) {
    if (/^aws:/i.test(Key)) throw validationError(`Tag keys cannot start with aws:`);
  }
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
