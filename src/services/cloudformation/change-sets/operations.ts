// Change sets: made, executed, deleted.

import { fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  CreateChangeSetInput,
  CreateChangeSetOutput,
  DeleteChangeSetInput,
  ExecuteChangeSetInput,
} from "../../../model/generated/cloudformation.d.ts";
import { cloudformation, noSuchStack, validationError } from "../model.ts";
import { checkName } from "../operations/create.ts";
import {
  alreadyExists,
  begin,
  checkUpdatable,
  putTemplate,
  stackToReview,
  targetOf,
} from "../stacks/begin.ts";
import { putStatus } from "../stacks/event.ts";
import { findStack, openStack, templateOf } from "../stacks/find.ts";
import { Stack, type StackState, stackKey, type Target } from "../stacks/stack.ts";
import { templateText } from "../templates/source.ts";
import { type Planned, plan } from "../templates/target.ts";
import { ChangeSet, type ChangeSetState, changeSetNotFound, findChangeSet } from "./change-set.ts";
import { type ChangeState, changesStack, findChanges } from "./changes.ts";
import { existingResources, type Imports } from "./existing.ts";
import { checkImport } from "./imports.ts";
import { type NestedPlan, putNested, removeSet, withNested } from "./nested.ts";

type Nothing = Record<string, never>;

const noChanges =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** The stack that a change set is for; one that does not exist yet is made, empty, to be reviewed. */
async function stackFor(input: CreateChangeSetInput, ctx: Waiting): Promise<StackState> {
  const { StackName, ChangeSetType: type = "UPDATE" } = input;
  const existing = await ctx.atomically((tx) => findStack(tx, StackName));
  if (type === "UPDATE") {
    if (existing === undefined || existing.deletedAt !== undefined)
      throw validationError(`Stack [${StackName}] does not exist`);
    if (existing.status === "REVIEW_IN_PROGRESS")
      throw validationError(`Stack:${existing.id} is in REVIEW_IN_PROGRESS state and can not be updated.`);
    checkUpdatable(existing);
    return existing;
  }
  if (existing !== undefined && existing.status !== "REVIEW_IN_PROGRESS") {
    if (type === "IMPORT" && existing.deletedAt === undefined) return existing;
    throw type === "IMPORT" ? noSuchStack(StackName) : alreadyExists(existing.name);
  }
  if (existing !== undefined) return existing;
  checkName(StackName);
  return stackToReview(ctx, StackName);
}

export async function createChangeSet(
  input: CreateChangeSetInput,
  ctx: Waiting,
): Promise<CreateChangeSetOutput> {
  if (input.DeploymentMode !== undefined) throw notImplemented("cloudformation", "DeploymentMode");
  const type = input.ChangeSetType ?? "UPDATE";
  const stack = await stackFor(input, ctx);
  const previous = stack.status === "REVIEW_IN_PROGRESS" ? undefined : stack;
  const original =
    input.UsePreviousTemplate === true
      ? (await ctx.atomically((tx) => templateOf(tx, stack)))?.original
      : await templateText(ctx, input);
  if (original === undefined)
    throw validationError("Either Template URL or Template Body must be specified.");
  let imports: Imports = Object.fromEntries(
    (input.ResourcesToImport ?? []).map(({ LogicalResourceId, ResourceIdentifier }) => [
      LogicalResourceId,
      ResourceIdentifier,
    ]),
  );
  const identity = { id: stack.id, name: stack.name, previous };
  let planned: Planned | undefined;
  let failure: string | undefined;
  try {
    planned = await plan(ctx, original, input, identity, { acknowledged: "resources" });
  } catch (error) {
    // What macros make of it is only found out once the change set is being made.
    if (!/^Transform |^No transform named/.test((error as Error).message)) throw error;
    failure = (error as Error).message;
  }
  const setId = `arn:aws:cloudformation:${ctx.region}:${ctx.account}:changeSet/${input.ChangeSetName}/${ctx.ids.uuid()}`;
  let found = planned === undefined ? undefined : await findChanges(ctx, stack, planned, imports);
  if (input.ImportExistingResources === true && planned !== undefined && found !== undefined) {
    const existing = await existingResources(ctx, stack, found);
    imports = { ...imports, ...existing.imports };
    failure = existing.failure;
    found = await findChanges(ctx, stack, planned, imports);
  }
  let changes: readonly ChangeState[] = found?.changes ?? [];
  let nested: readonly NestedPlan[] = [];
  if (input.IncludeNestedStacks === true && planned !== undefined && found !== undefined) {
    const parent = { stack, planned, found, name: input.ChangeSetName };
    ({ changes, nested } = await withNested(ctx, parent, input.Capabilities));
    const failed = nested.find((each) => each.failure !== undefined);
    if (failed !== undefined)
      failure = `Nested change set ${failed.id} was not successfully created: Currently in FAILED.`;
  }
  if (type === "IMPORT") {
    if (planned !== undefined && found !== undefined)
      checkImport(stack, planned, found, Object.keys(imports));
  } else if (planned !== undefined && found !== undefined && previous !== undefined && changes.length === 0) {
    if (!changesStack(stack, planned, found.scope)) failure = noChanges;
  }
  return ctx.atomically(async (tx) => {
    const stored = (await findStack(tx, stack.id)) ?? stack;
    const key = stackKey(stored.id);
    const same = await tx.get(ChangeSet, key, input.ChangeSetName);
    if (same !== undefined) {
      if (input.ClientToken !== undefined && same.clientToken === input.ClientToken)
        return { Id: same.id, StackId: stored.id };
      throw fault(
        cloudformation,
        "AlreadyExistsException",
        `ChangeSet ${input.ChangeSetName} already exists`,
      );
    }
    const generation = stored.templates + 1;
    if (planned !== undefined) putTemplate(tx, stored, generation, planned);
    const fresh = stored.templates === 0 && stored.status === "REVIEW_IN_PROGRESS";
    const reviewed = fresh ? putStatus(tx, stored, "REVIEW_IN_PROGRESS", "User Initiated") : stored;
    tx.put(Stack, { ...reviewed, templates: generation });
    const target: Target =
      planned === undefined ? { ...targetOf(stored), generation } : { ...planned.target, generation };
    const set: ChangeSetState = {
      id: setId,
      name: input.ChangeSetName,
      stackId: stored.id,
      stackName: stored.name,
      type,
      description: input.Description,
      createdAt: tx.now,
      status: failure === undefined ? "CREATE_COMPLETE" : "FAILED",
      statusReason: failure,
      executionStatus: failure === undefined ? "AVAILABLE" : "UNAVAILABLE",
      target: { ...target, capabilities: input.Capabilities ?? [] },
      roleArn: input.RoleARN,
      onStackFailure: input.OnStackFailure,
      includeNestedStacks: input.IncludeNestedStacks === true,
      clientToken: input.ClientToken,
      changes,
      imports: Object.keys(imports).length > 0 ? imports : undefined,
    };
    tx.put(ChangeSet, set);
    await putNested(tx, stored, set, nested);
    return { Id: set.id, StackId: stored.id };
  });
}

export async function deleteChangeSet(input: DeleteChangeSetInput, tx: Transaction): Promise<Nothing> {
  let set: ChangeSetState;
  try {
    set = await findChangeSet(tx, input.ChangeSetName, input.StackName);
  } catch (error) {
    // What is not there is deleted already.
    if ((error as { code?: string }).code === "ChangeSetNotFound") return {};
    throw error;
  }
  if (set.executionStatus === "EXECUTE_IN_PROGRESS")
    throw fault(cloudformation, "InvalidChangeSetStatus", `ChangeSet [${set.id}] is being executed`);
  if (set.within !== undefined) throw fromRoot(set);
  await removeSet(tx, set);
  return {};
}

function fromRoot({ id, within }: ChangeSetState): ReturnType<typeof fault> {
  return validationError(
    `ChangeSet [${id}] belongs to a nested stack: it is executed and deleted with its root change set [${within?.root}].`,
  );
}

export async function executeChangeSet(input: ExecuteChangeSetInput, tx: Transaction): Promise<Nothing> {
  const set = await findChangeSet(tx, input.ChangeSetName, input.StackName);
  if (input.ClientRequestToken !== undefined) {
    const stack = await openStack(tx, set.stackId);
    if (stack.lastToken === input.ClientRequestToken) return {};
  }
  if (set.within !== undefined) throw fromRoot(set);
  if (set.executionStatus !== "AVAILABLE") {
    throw fault(
      cloudformation,
      "InvalidChangeSetStatus",
      `ChangeSet [${set.id}] cannot be executed in its current status of [${set.status}]`,
    );
  }
  const stack = await tx.get(Stack, stackKey(set.stackId));
  if (stack === undefined) throw changeSetNotFound(set.id);
  const creating = stack.status === "REVIEW_IN_PROGRESS";
  if (!creating) checkUpdatable(stack);
  const importing = set.type === "IMPORT";
  const next: StackState = {
    ...stack,
    ...set.target,
    changeSetId: set.id,
    roleArn: set.roleArn ?? stack.roleArn,
    disableRollback: input.DisableRollback ?? stack.disableRollback,
    ...(creating ? {} : { updatedAt: tx.now }),
  };
  for (const other of await tx.all(ChangeSet, [stackKey(stack.id)]))
    if (other.name !== set.name) await removeSet(tx, other);
  tx.put(ChangeSet, { ...set, executionStatus: "EXECUTE_COMPLETE" });
  begin(tx, next, importing ? "IMPORT_IN_PROGRESS" : creating ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS", {
    kind: importing ? "import" : creating ? "create" : "update",
    clientRequestToken: input.ClientRequestToken,
    disableRollback: input.DisableRollback,
    retainExceptOnCreate: input.RetainExceptOnCreate,
    onFailure: creating && set.onStackFailure !== undefined ? set.onStackFailure : undefined,
    before: targetOf(stack),
    imports: set.imports,
  });
  return {};
}
