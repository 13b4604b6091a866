// AWS::CloudFormation::Stack: a stack within a stack, worked on by the same
// operations that clients call; or, where the parent's change set has one for it,
// as that says.

import { physicalName } from "../../../core/provision.ts";
import { defineResourceType, type Properties, type ResourceContext } from "../../../core/resource-type.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { ChangeSet, type ChangeSetState, nestedSet } from "../change-sets/change-set.ts";
import { Failure } from "../engine/reason.ts";
import { cloudformation } from "../model.ts";
import { updateFrom } from "../operations/create.ts";
import { begin, putTemplate, targetOf } from "../stacks/begin.ts";
import { stackTopic } from "../stacks/event.ts";
import { openStack } from "../stacks/find.ts";
import { Stack, type StackState, stackKey, TemplateRecord } from "../stacks/stack.ts";
import { plan } from "../templates/target.ts";
import { type NestedProperties, nestedInput, nestedStack } from "./nested-input.ts";

function parentOf(at: ResourceContext): Promise<StackState> {
  return at.ctx.atomically((tx) => openStack(tx, at.stack?.id ?? ""));
}

/** The stack when its operation is over; undefined where the wait was cut short. */
function settled(ctx: Waiting, id: string): Promise<StackState | undefined> {
  return ctx.waitFor<StackState>(stackTopic(id), Number.MAX_SAFE_INTEGER, async () => {
    const stack = await ctx.atomically((tx) => tx.get(Stack, stackKey(id)));
    return stack !== undefined && stack.operation === undefined ? { done: stack } : { retryAt: undefined };
  });
}

function attributes({ outputs }: StackState): Properties {
  return Object.fromEntries(outputs.map(({ name, value }) => [`Outputs.${name}`, value]));
}

async function ended(at: ResourceContext, id: string, wanted: RegExp, verb: string): Promise<StackState> {
  const stack = await settled(at.ctx, id);
  if (stack === undefined) throw new Failure("The wait for the nested stack was cut short.");
  if (wanted.test(stack.status)) return stack;
  const reason = ` ${stack.failure ?? stack.statusReason ?? stack.status}`;
  throw new Failure(`Embedded stack ${id} was not successfully ${verb}:${reason}`);
}

const inputOf = (properties: NestedProperties, { capabilities, roleArn }: StackState) => ({
  ...nestedInput(properties),
  Capabilities: capabilities,
  RoleARN: roleArn,
});

/** The template of the change set that the parent is being brought to, if that has one for this stack. */
async function reviewed(at: ResourceContext, parent: StackState) {
  return at.ctx.atomically(async (tx) => {
    const set = await nestedSet(tx, parent.changeSetId, at.logicalId);
    if (set === undefined) return undefined;
    const template = await tx.get(TemplateRecord, stackKey(set.stackId), set.target.generation);
    return template === undefined ? undefined : { set, text: template.original };
  });
}

const executed = (tx: Transaction, set: ChangeSetState): void =>
  tx.put(ChangeSet, { ...set, executionStatus: "EXECUTE_COMPLETE" });

/** Creates what was reviewed, under the id it was reviewed by. A repeated creation finds it begun. */
async function createReviewed(
  at: ResourceContext,
  parent: StackState,
  properties: NestedProperties,
  { set, text }: { readonly set: ChangeSetState; readonly text: string },
): Promise<void> {
  const { stackId: id, stackName: name } = set;
  const planned = await plan(at.ctx, text, inputOf(properties, parent), { id, name });
  await at.ctx.atomically(async (tx) => {
    const stack = await tx.get(Stack, stackKey(id));
    if (stack?.status !== "REVIEW_IN_PROGRESS") return;
    const generation = stack.templates + 1;
    putTemplate(tx, stack, generation, planned);
    executed(tx, set);
    begin(
      tx,
      {
        ...stack,
        ...planned.target,
        generation,
        templates: generation,
        changeSetId: set.id,
        roleArn: parent.roleArn,
        timeoutMinutes: properties.TimeoutInMinutes,
        disableRollback: parent.disableRollback,
      },
      "CREATE_IN_PROGRESS",
      { kind: "create", clientRequestToken: at.token, disableRollback: parent.disableRollback },
    );
  });
}

/** Notes, once for each of the parent's operations, what the stack was before it. */
async function noteBefore(at: ResourceContext, id: string, { operation }: StackState): Promise<void> {
  if (operation === undefined) return;
  await at.ctx.atomically(async (tx) => {
    const stack = await openStack(tx, id);
    if (stack.withParent?.operation === operation.id) return;
    tx.put(Stack, { ...stack, withParent: { operation: operation.id, before: targetOf(stack) } });
  });
}

/** At rest, and with a template that holds. */
const whole = /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE$/;

/** How the stack is to end: where nothing is to be changed, as it stands, whatever became of updates before. */
async function unlessSame(updating: Promise<unknown>): Promise<RegExp> {
  try {
    await updating;
    return /^UPDATE_COMPLETE$/;
  } catch (error) {
    if ((error as Error).message !== "No updates are to be performed.") throw error;
    return whole;
  }
}

export const nestedStackType = defineResourceType<NestedProperties>({
  type: nestedStack,
  alwaysUpdates: true,
  create: async (properties, at) => {
    const parent = await parentOf(at);
    const review = await reviewed(at, parent);
    if (review?.set.type === "CREATE") {
      const id = review.set.stackId;
      at.made(id);
      await createReviewed(at, parent, properties, review);
      return { id, attributes: attributes(await ended(at, id, /^CREATE_COMPLETE$/, "created")) };
    }
    const { StackId } = await at.call(cloudformation, "CreateStack", {
      ...inputOf(properties, parent),
      StackName: physicalName(at, 128, false),
      ClientRequestToken: at.token,
      DisableRollback: parent.disableRollback,
      TimeoutInMinutes: properties.TimeoutInMinutes,
    });
    const id = StackId!;
    at.made(id);
    await at.ctx.atomically(async (tx) => {
      const stack = await openStack(tx, id);
      tx.put(Stack, { ...stack, parentId: parent.id, rootId: parent.rootId ?? parent.id });
    });
    return { id, attributes: attributes(await ended(at, id, /^CREATE_COMPLETE$/, "created")) };
  },
  read: async (id, at) => {
    const stack = await at.ctx.atomically((tx) => tx.get(Stack, stackKey(id)));
    return stack === undefined || stack.deletedAt !== undefined ? undefined : attributes(stack);
  },
  update: async (id, after, _before, at) => {
    const parent = await parentOf(at);
    const input = { ...inputOf(after, parent), StackName: id, Tags: after.Tags ?? [] };
    // A run that was cut off: the update it began must be over first.
    await settled(at.ctx, id);
    await noteBefore(at, id, parent);
    const review = await reviewed(at, parent);
    const wanted = await unlessSame(
      review === undefined
        ? at.call(cloudformation, "UpdateStack", input)
        : updateFrom(review.text, input, at.ctx, review.set.id),
    );
    if (review !== undefined) await at.ctx.atomically(async (tx) => executed(tx, review.set));
    return { attributes: attributes(await ended(at, id, wanted, "updated")) };
  },
  restore: async (id, at) => {
    const { operation } = await parentOf(at);
    const stack = await settled(at.ctx, id);
    const noted = stack?.withParent;
    const undone = operation?.continues ?? operation?.id;
    // One that the operation had not come to is as it was.
    if (stack === undefined || noted === undefined || noted.operation !== undone) return undefined;
    const { before } = noted;
    const template = await at.ctx.atomically((tx) => tx.get(TemplateRecord, stackKey(id), before.generation));
    const input = {
      StackName: id,
      Parameters: Object.entries(before.parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Tags: Object.entries(before.tags).map(([Key, Value]) => ({ Key, Value })),
      NotificationARNs: before.notificationArns,
      Capabilities: before.capabilities,
      RoleARN: stack.roleArn,
    };
    const wanted = await unlessSame(updateFrom(template?.original, input, at.ctx));
    return { attributes: attributes(await ended(at, id, wanted, "restored")) };
  },
  delete: async (id, _properties, at) => {
    await at.call(cloudformation, "DeleteStack", { StackName: id });
    await ended(at, id, /^DELETE_COMPLETE$/, "deleted");
  },
});
