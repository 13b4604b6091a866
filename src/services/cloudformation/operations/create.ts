// CreateStack and UpdateStack: everything is checked first, then the work is
// begun; what follows shows in events.

import type { Waiting } from "../../../core/waiting.ts";
import type {
  CreateStackInput,
  CreateStackOutput,
  UpdateStackInput,
  UpdateStackOutput,
} from "../../../model/generated/cloudformation.d.ts";
import { changesAnything } from "../change-sets/changes.ts";
import { validationError } from "../model.ts";
import {
  alreadyExists,
  begin,
  checkUpdatable,
  isRepeated,
  newStackId,
  putTemplate,
  targetOf,
} from "../stacks/begin.ts";
import { findStack, openStack, templateOf } from "../stacks/find.ts";
import type { StackState } from "../stacks/stack.ts";
import { objectText, templateText } from "../templates/source.ts";
import { plan } from "../templates/target.ts";

export async function createStack(input: CreateStackInput, ctx: Waiting): Promise<CreateStackOutput> {
  return createFrom(await templateText(ctx, input), input, ctx);
}

/** The template's text stands apart: a stack set's may be longer than a request's. */
export async function createFrom(
  original: string | undefined,
  input: CreateStackInput,
  ctx: Waiting,
): Promise<CreateStackOutput> {
  const { StackName: name, ClientRequestToken: clientRequestToken } = input;
  checkName(name);
  if (input.DisableRollback !== undefined && input.OnFailure !== undefined)
    throw validationError("You may not specify both DisableRollback and OnFailure");
  if (original === undefined)
    throw validationError("Either Template URL or Template Body must be specified.");
  const existing = await ctx.atomically((tx) => findStack(tx, name));
  if (isRepeated(existing, clientRequestToken)) return { StackId: existing!.id };
  if (existing !== undefined) throw alreadyExists(name);
  const policy = await policyText(ctx, input.StackPolicyBody, input.StackPolicyURL);
  const id = newStackId(ctx, name);
  const planned = await plan(ctx, original, input, { id, name });
  return ctx.atomically(async (tx) => {
    const taken = await findStack(tx, name);
    if (isRepeated(taken, clientRequestToken)) return { StackId: taken!.id };
    if (taken !== undefined) throw alreadyExists(name);
    const stack: StackState = {
      ...planned.target,
      id,
      name,
      generation: 1,
      templates: 1,
      status: "CREATE_IN_PROGRESS",
      createdAt: tx.now,
      roleArn: input.RoleARN,
      timeoutMinutes: input.TimeoutInMinutes,
      disableRollback: input.DisableRollback === true || input.OnFailure === "DO_NOTHING",
      terminationProtection: input.EnableTerminationProtection === true,
      policy,
      outputs: [],
      imports: [],
    };
    putTemplate(tx, stack, 1, planned);
    begin(tx, stack, "CREATE_IN_PROGRESS", {
      kind: "create",
      clientRequestToken,
      disableRollback: input.DisableRollback,
      onFailure: input.OnFailure,
      retainExceptOnCreate: input.RetainExceptOnCreate,
    });
    return { StackId: id };
  });
}

export async function updateStack(input: UpdateStackInput, ctx: Waiting): Promise<UpdateStackOutput> {
  return updateFrom(await templateText(ctx, input), input, ctx);
}

export async function updateFrom(
  given: string | undefined,
  input: UpdateStackInput,
  ctx: Waiting,
  changeSetId?: string,
): Promise<UpdateStackOutput> {
  const { ClientRequestToken: clientRequestToken } = input;
  const existing = await ctx.atomically((tx) => openStack(tx, input.StackName));
  if (isRepeated(existing, clientRequestToken)) return { StackId: existing.id };
  if (existing.deletedAt !== undefined) checkUpdatable(existing);
  checkUpdatable(existing);
  const current = await ctx.atomically((tx) => templateOf(tx, existing));
  const original = input.UsePreviousTemplate === true ? current?.original : given;
  if (original === undefined)
    throw validationError("Either Template URL or Template Body must be specified.");
  const planned = await plan(ctx, original, input, {
    id: existing.id,
    name: existing.name,
    previous: existing,
  });
  const during = await policyText(ctx, input.StackPolicyDuringUpdateBody, input.StackPolicyDuringUpdateURL);
  const policy = await policyText(ctx, input.StackPolicyBody, input.StackPolicyURL);
  if (
    !(await changesAnything(ctx, existing, planned)) &&
    existing.status !== "CREATE_FAILED" &&
    existing.status !== "UPDATE_FAILED"
  ) {
    if (policy === undefined) throw validationError("No updates are to be performed.");
  }
  return ctx.atomically(async (tx) => {
    const stack = await openStack(tx, existing.id);
    if (isRepeated(stack, clientRequestToken)) return { StackId: stack.id };
    checkUpdatable(stack);
    const generation = stack.templates + 1;
    putTemplate(tx, stack, generation, planned);
    const next: StackState = {
      ...stack,
      ...planned.target,
      generation,
      templates: generation,
      updatedAt: tx.now,
      roleArn: input.RoleARN ?? stack.roleArn,
      disableRollback: input.DisableRollback ?? stack.disableRollback,
      policy: policy ?? stack.policy,
      changeSetId,
    };
    begin(tx, next, "UPDATE_IN_PROGRESS", {
      kind: "update",
      clientRequestToken,
      disableRollback: input.DisableRollback,
      retainExceptOnCreate: input.RetainExceptOnCreate,
      stackPolicy: during,
      before: targetOf(stack),
    });
    return { StackId: stack.id };
  });
}

export function checkName(name: string): void {
  if (/^[a-zA-Z][-a-zA-Z0-9]*$/.test(name) && name.length <= 128) return;
  throw validationError(
    `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
  );
}

export async function policyText(
  ctx: Waiting,
  body: string | undefined,
  url: string | undefined,
): Promise<string | undefined> {
  if (body !== undefined && url !== undefined)
    throw validationError("You cannot specify both StackPolicyURL and StackPolicyBody");
  const text = url === undefined ? body : await objectText(ctx, url);
  if (text === undefined) return undefined;
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw validationError("Error validating stack policy: Malformed JSON");
  }
}
