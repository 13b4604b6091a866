// Change sets of nested stacks: with a change set of a stack goes one for each
// stack within it, down to the innermost. They are made, executed and deleted
// from the root.

import { physicalName, prepare } from "../../../core/provision.ts";
import type { Properties } from "../../../core/resource-type.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { TemplateError } from "../../../lang/template/error.ts";
import { isFields, isKnown } from "../../../lang/template/value.ts";
import type { Capability } from "../../../model/generated/cloudformation.d.ts";
import { type NestedProperties, nestedInput, nestedStack } from "../resource-types/nested-input.ts";
import { putTemplate, stackToReview } from "../stacks/begin.ts";
import { putStatus } from "../stacks/event.ts";
import { forgetLater } from "../stacks/forget.ts";
import { Stack, type StackState, stackKey } from "../stacks/stack.ts";
import { objectText } from "../templates/source.ts";
import { type Planned, plan } from "../templates/target.ts";
import { ChangeSet, type ChangeSetState } from "./change-set.ts";
import { type ChangeState, changesStack, type FoundChanges, findChanges, marked } from "./changes.ts";

export interface NestedPlan {
  readonly id: string;
  readonly name: string;
  readonly logicalId: string;
  /** As it is; one that the change set would create is to be reviewed. */
  readonly stack: StackState;
  /** Undefined where its template cannot be used, for the reason that `failure` gives. */
  readonly planned: Planned | undefined;
  readonly failure?: string | undefined;
  readonly changes: readonly ChangeState[];
  readonly nested: readonly NestedPlan[];
}

/** What the change sets of nested stacks are within. */
export interface NestedParent {
  readonly stack: StackState;
  readonly planned: Planned;
  readonly found: FoundChanges;
  /** Of the change set. */
  readonly name: string;
}

const maximumDepth = 20;

/** The changes of a stack, with what they are in the stacks within it; those that stay as they are drop out. */
export async function withNested(
  ctx: Waiting,
  parent: NestedParent,
  capabilities: readonly Capability[] | undefined,
  depth = 0,
): Promise<{ readonly changes: readonly ChangeState[]; readonly nested: readonly NestedPlan[] }> {
  const nested: NestedPlan[] = [];
  const changes: ChangeState[] = [];
  for (const change of parent.found.changes) {
    const about = change.type === nestedStack && (change.action === "Add" || change.action === "Modify");
    const one =
      about && depth < maximumDepth ? await planOne(ctx, parent, change, capabilities, depth) : undefined;
    if (one === undefined) changes.push(change);
    else if (one !== "unchanged") {
      nested.push(one);
      changes.push({ ...change, physicalId: one.stack.id, changeSetId: one.id });
    } else if (change.details.some(({ ChangeSource }) => ChangeSource !== "Automatic")) changes.push(change);
  }
  return { changes, nested };
}

/** Undefined where it is not known yet which template it will have. */
async function planOne(
  ctx: Waiting,
  parent: NestedParent,
  change: ChangeState,
  capabilities: readonly Capability[] | undefined,
  depth: number,
): Promise<NestedPlan | "unchanged" | undefined> {
  const { logicalId } = change;
  const { scope } = parent.found;
  const value = scope.evaluator.evaluate(scope.template.resources.get(logicalId)!.properties);
  const type = await ctx.resourceType(nestedStack);
  if (type === undefined || !isFields(value) || !isKnown(value.TemplateURL ?? null)) return undefined;
  const existing =
    change.physicalId === undefined
      ? undefined
      : await ctx.atomically((tx) => tx.get(Stack, stackKey(change.physicalId!)));
  const called = (name: string) => ({
    logicalId,
    stack: { id: parent.stack.id, name },
    token: ctx.ids.hex(32),
  });
  const incarnation = called(parent.stack.name);
  const stack = existing ?? stackToReview(ctx, physicalName(incarnation, 128, false));
  const name = physicalName(called(parent.name), 128, false);
  const id = `arn:aws:cloudformation:${ctx.region}:${ctx.account}:changeSet/${name}/${ctx.ids.uuid()}`;
  const base = { id, name, logicalId, stack };
  try {
    const given = marked(value) as Properties;
    const { properties, failures } = prepare(type, given, incarnation, parent.planned.target.tags);
    if (failures.length > 0) throw new TemplateError(failures.join("\n"));
    const input = { ...nestedInput(properties as unknown as NestedProperties), Capabilities: capabilities };
    const parameters = isFields(value.Parameters) ? Object.entries(value.Parameters) : [];
    const unknown = new Set(parameters.flatMap(([name, each]) => (isKnown(each) ? [] : [name])));
    const identity = { id: stack.id, name: stack.name, previous: existing };
    const text = await objectText(ctx, input.TemplateURL);
    const planned = await plan(ctx, text, input, identity, { acknowledged: "resources", unknown });
    const found = await findChanges(ctx, stack, planned);
    const { changes, nested } = await withNested(
      ctx,
      { stack, planned, found, name },
      capabilities,
      depth + 1,
    );
    if (existing !== undefined && changes.length === 0 && !changesStack(existing, planned, found.scope))
      return "unchanged";
    const failed = nested.find((each) => each.failure !== undefined);
    const failure =
      failed === undefined
        ? undefined
        : `Nested change set ${failed.id} was not successfully created: Currently in FAILED.`;
    return { ...base, planned, failure, changes, nested };
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    return { ...base, planned: undefined, failure: (error as Error).message, changes: [], nested: [] };
  }
}

/** Stores the change sets of nested stacks, and those stacks that would be created. */
export async function putNested(
  tx: Transaction,
  within: Pick<StackState, "id" | "rootId">,
  parent: ChangeSetState,
  plans: readonly NestedPlan[],
): Promise<void> {
  const root = parent.within?.root ?? parent.id;
  for (const { id, name, logicalId, stack, planned, failure, changes, nested } of plans) {
    const fresh = stack.templates === 0;
    const stored = (await tx.get(Stack, stackKey(stack.id))) ?? {
      ...putStatus(tx, stack, "REVIEW_IN_PROGRESS", "User Initiated"),
      parentId: within.id,
      rootId: within.rootId ?? within.id,
    };
    const generation = stored.templates + 1;
    if (planned !== undefined) putTemplate(tx, stored, generation, planned);
    const holder = { ...stored, templates: generation };
    tx.put(Stack, holder);
    const set: ChangeSetState = {
      ...parent,
      id,
      name,
      stackId: stored.id,
      stackName: stored.name,
      type: fresh ? "CREATE" : "UPDATE",
      description: undefined,
      status: failure === undefined ? "CREATE_COMPLETE" : "FAILED",
      statusReason: failure,
      executionStatus: failure === undefined ? "AVAILABLE" : "UNAVAILABLE",
      target: { ...(planned?.target ?? parent.target), generation, capabilities: parent.target.capabilities },
      clientToken: undefined,
      changes,
      imports: undefined,
      within: { parent: parent.id, root, logicalId },
    };
    tx.put(ChangeSet, set);
    await putNested(tx, holder, set, nested);
  }
}

/** Deletes a change set and those within it, with the stacks that were only there to be reviewed. */
export async function removeSet(tx: Transaction, set: ChangeSetState): Promise<void> {
  tx.delete(ChangeSet, stackKey(set.stackId), set.name);
  if (!set.includeNestedStacks) return;
  const { values } = await tx.list(ChangeSet, { index: "parent", prefix: [set.id], limit: 500 });
  for (const inner of values) {
    await removeSet(tx, inner);
    const stack = await tx.get(Stack, stackKey(inner.stackId));
    if (stack?.status !== "REVIEW_IN_PROGRESS") continue;
    tx.put(Stack, { ...putStatus(tx, stack, "DELETE_COMPLETE"), deletedAt: tx.now });
    forgetLater(tx, stackKey(stack.id));
  }
}
