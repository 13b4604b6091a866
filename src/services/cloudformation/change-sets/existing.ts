// Resources that a template would make although they exist already, under the
// names that it gives them: with `ImportExistingResources` they become the
// stack's own, which the template must retain.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html

import { resourceContext } from "../../../core/provision.ts";
import type { Properties } from "../../../core/resource-type.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ResourceDeclaration } from "../../../lang/template/template.ts";
import { typeOf } from "../engine/run-context.ts";
import type { StackScope } from "../engine/scope.ts";
import type { StackState } from "../stacks/stack.ts";
import type { FoundChanges } from "./changes.ts";

export type Imports = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface ExistingResources {
  readonly imports: Imports;
  /** Why what exists cannot become the stack's own. */
  readonly failure: string | undefined;
}

export async function existingResources(
  ctx: Waiting,
  stack: StackState,
  { changes, scope }: FoundChanges,
): Promise<ExistingResources> {
  const imports: Record<string, Readonly<Record<string, string>>> = {};
  const careless: string[] = [];
  for (const { action, logicalId } of changes) {
    const declared = scope.template.resources.get(logicalId);
    if (action !== "Add" || declared === undefined) continue;
    const identifier = await identifierOf(ctx, stack, scope, declared);
    if (identifier === undefined) continue;
    imports[logicalId] = identifier;
    if (/^Retain/.test(String(declared.deletionPolicy ?? ""))) continue;
    const pairs = Object.entries(identifier).map((pair) => pair.join("="));
    careless.push(`${logicalId} ({${pairs.join(", ")}})`);
  }
  const failure =
    careless.length === 0
      ? undefined
      : `CloudFormation is attempting to import some resources because they already exist in your account. The resources must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful import. The affected resources are ${careless.join(", ")}`;
  return { imports, failure };
}

/** Of what exists; undefined where nothing does, or the template does not say how it is called. */
async function identifierOf(
  ctx: Waiting,
  { id, name }: StackState,
  scope: StackScope,
  declared: ResourceDeclaration,
): Promise<Readonly<Record<string, string>> | undefined> {
  const type = await typeOf(ctx, declared.type);
  const properties = type?.schema?.identifier ?? [];
  if (type?.definition.read === undefined || properties.length === 0) return undefined;
  const given: Record<string, string> = {};
  for (const property of properties) {
    const declaredValue = declared.properties[property];
    const value = declaredValue === undefined ? undefined : scope.evaluator.evaluate(declaredValue);
    if (typeof value !== "string") return undefined;
    given[property] = value;
  }
  const incarnation = {
    logicalId: declared.logicalId,
    type: declared.type,
    stack: { id, name },
    token: "0".repeat(32),
  };
  const found = await type.definition.read(
    Object.values(given).join("|"),
    resourceContext(ctx, incarnation),
    given as Properties,
  );
  return found === undefined ? undefined : given;
}
