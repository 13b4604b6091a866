// AWS::CloudFormation::Stack: a stack within a stack, worked on by the same
// operations that clients call.

import { physicalName } from "../../../core/provision.ts";
import {
  defineResourceType,
  type Properties,
  type ResourceContext,
  type Tag,
} from "../../../core/resource-type.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { Failure } from "../engine/reason.ts";
import { cloudformation } from "../model.ts";
import { stackTopic } from "../stacks/event.ts";
import { openStack } from "../stacks/find.ts";
import { Stack, type StackState, stackKey } from "../stacks/stack.ts";

interface NestedProperties {
  readonly TemplateURL: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly NotificationARNs?: readonly string[];
  readonly Tags?: readonly Tag[];
  readonly TimeoutInMinutes?: number;
}

function inputOf({ TemplateURL, Parameters, NotificationARNs, Tags }: NestedProperties, parent: StackState) {
  return {
    TemplateURL,
    Parameters: Object.entries(Parameters ?? {}).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: Array.isArray(value) ? value.join(",") : String(value),
    })),
    NotificationARNs,
    Tags,
    Capabilities: parent.capabilities,
    RoleARN: parent.roleArn,
  };
}

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

export const nestedStackType = defineResourceType<NestedProperties>({
  type: "AWS::CloudFormation::Stack",
  alwaysUpdates: true,
  create: async (properties, at) => {
    const parent = await parentOf(at);
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
    const input = { ...inputOf(after, parent), StackName: id };
    // A run that was cut off: the update it began must be over first.
    await settled(at.ctx, id);
    try {
      await at.call(cloudformation, "UpdateStack", { ...input, Tags: input.Tags ?? [] });
    } catch (error) {
      if ((error as Error).message !== "No updates are to be performed.") throw error;
    }
    return { attributes: attributes(await ended(at, id, /^(UPDATE|CREATE|IMPORT)_COMPLETE$/, "updated")) };
  },
  delete: async (id, _properties, at) => {
    await at.call(cloudformation, "DeleteStack", { StackName: id });
    await ended(at, id, /^DELETE_COMPLETE$/, "deleted");
  },
});
