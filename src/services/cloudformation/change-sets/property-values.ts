// What a change set's resources are before and after, where that is asked for:
// as templates show them, so that secrets stay hidden and references to secrets
// stay references.

import type { Transaction } from "../../../core/transaction.ts";
import { TemplateError } from "../../../lang/template/error.ts";
import type { Value } from "../../../lang/template/value.ts";
import type { ResourceChange, ResourceChangeDetail } from "../../../model/generated/cloudformation.d.ts";
import { type StackScope, stackScope } from "../engine/scope.ts";
import { ExportRecord, Stack, stackKey, type Target, TemplateRecord } from "../stacks/stack.ts";
import { ResourceRecord } from "../stacks/stack-resource.ts";
import type { ChangeSetState } from "./change-set.ts";
import { type ChangeState, marked } from "./changes.ts";

type Context = Readonly<Record<string, unknown>> & { readonly Properties: Readonly<Record<string, unknown>> };

/** Adds the values to what is shown of each change. */
export type Describe = (change: ChangeState, shown: ResourceChange) => ResourceChange;

export async function propertyValues(tx: Transaction, set: ChangeSetState): Promise<Describe> {
  const key = stackKey(set.stackId);
  const stack = await tx.get(Stack, key);
  const records = new Map((await tx.all(ResourceRecord, [key])).map((each) => [each.logicalId, each]));
  const imports = new Map((await tx.all(ExportRecord)).map(({ name, value }) => [name, value]));
  const unsettled = new Set(
    set.changes.flatMap(({ action, replacement, logicalId }) =>
      action === "Add" || (action === "Modify" && replacement !== "False") ? [logicalId] : [],
    ),
  );
  const scopeOf = async (target: Target, later: ReadonlySet<string>): Promise<StackScope | undefined> => {
    const template = await tx.get(TemplateRecord, key, target.generation);
    if (template === undefined) return undefined;
    const { processed } = template;
    const resource = (id: string) => records.get(id);
    const { stackId: id, stackName: name } = set;
    return stackScope({ place: tx, id, name, target, processed, imports, resource, unsettled: later });
  };
  const before = stack === undefined ? undefined : await scopeOf(stack, new Set());
  const after = await scopeOf(set.target, unsettled);
  return (change, shown) => {
    const old = change.action === "Add" ? undefined : contextOf(before, change.logicalId);
    const wanted = change.action === "Remove" ? undefined : contextOf(after, change.logicalId);
    return {
      ...shown,
      ...(old === undefined ? {} : { BeforeContext: JSON.stringify(old) }),
      ...(wanted === undefined ? {} : { AfterContext: JSON.stringify(wanted) }),
      Details: (shown.Details ?? []).map((detail) => valued(detail, old, wanted)),
    };
  };
}

function contextOf(scope: StackScope | undefined, logicalId: string): Context | undefined {
  const declared = scope?.template.resources.get(logicalId);
  if (scope === undefined || declared === undefined) return undefined;
  const shown = (value: Value): unknown => {
    try {
      return marked(scope.shown.evaluate(value));
    } catch (error) {
      // An export that is gone by now, say: the rest is shown all the same.
      if (error instanceof TemplateError) return undefined;
      throw error;
    }
  };
  const Properties = Object.fromEntries(
    Object.entries(declared.properties).map(([name, value]) => [name, shown(value)]),
  );
  return { Properties, ...(declared.metadata === undefined ? {} : { Metadata: shown(declared.metadata) }) };
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function valued(
  detail: ResourceChangeDetail,
  before: Context | undefined,
  after: Context | undefined,
): ResourceChangeDetail {
  const { Target } = detail;
  if (Target?.Attribute !== "Properties" || Target.Name === undefined) return detail;
  const [old, wanted] = [before?.Properties[Target.Name], after?.Properties[Target.Name]];
  return {
    ...detail,
    Target: {
      ...Target,
      Path: `/Properties/${Target.Name}`,
      AttributeChangeType: old === undefined ? "Add" : wanted === undefined ? "Remove" : "Modify",
      ...(old === undefined ? {} : { BeforeValue: text(old) }),
      ...(wanted === undefined ? {} : { AfterValue: text(wanted) }),
    },
  };
}
