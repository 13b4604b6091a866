// A stack's operation as a sequence of phases, each of which begins with the
// stack's status: that is how a run that takes over knows where it stands.

import { TemplateError } from "../../../lang/template/error.ts";
import type { StackStatus } from "../../../model/generated/cloudformation.d.ts";
import { putStatus } from "../stacks/event.ts";
import { templateOf } from "../stacks/find.ts";
import { forgetLater } from "../stacks/forget.ts";
import { Stack, type StackState, stackKey, type Target } from "../stacks/stack.ts";
import { ResourceRecord } from "../stacks/stack-resource.ts";
import { deploy } from "./deploy.ts";
import { Superseded } from "./journal.ts";
import { outputsOf, putOutputs } from "./outputs.ts";
import { Failure, reasonOf } from "./reason.ts";
import { removeGarbage, removeResources } from "./remove.ts";
import { restore, touched } from "./roll-back.ts";
import type { Run } from "./run-context.ts";
import { importedNames, includedResources, readImports, type StackScope, stackScope } from "./scope.ts";
import { checkStackPolicy } from "./stack-policy.ts";

/** Each phase leads to the next by the status it stores; the loop ends with the operation. */
export async function advance(run: Run): Promise<void> {
  let stack: StackState | undefined = run.stack;
  while (stack?.operation?.id === run.operation.id && !run.ctx.signal.aborted) {
    stack = await phase({ ...run, stack, operation: stack.operation });
  }
}

function phase(run: Run): Promise<StackState> {
  switch (run.stack.status) {
    case "CREATE_IN_PROGRESS":
    case "UPDATE_IN_PROGRESS":
    case "IMPORT_IN_PROGRESS":
      return forward(run);
    case "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
      return cleanUp(run);
    case "UPDATE_ROLLBACK_IN_PROGRESS":
    case "IMPORT_ROLLBACK_IN_PROGRESS":
      return takeBack(run);
    case "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS":
      return cleanUpRollback(run);
    case "ROLLBACK_IN_PROGRESS":
    case "DELETE_IN_PROGRESS":
      return removeCreated(run);
    default:
      throw new Error(`A stack in ${run.stack.status} has no operation to go on with.`);
  }
}

/** Stores the stack's next status; `over` ends the operation. */
async function become(
  run: Run,
  status: StackStatus,
  reason?: string,
  change: (stack: StackState) => StackState = (stack) => stack,
): Promise<StackState> {
  return run.ctx.atomically(async (tx) => {
    const stack = await tx.get(Stack, stackKey(run.stack.id));
    if (stack === undefined || stack.operation?.id !== run.operation.id) throw new Superseded();
    const changed = change(putStatus(tx, stack, status, reason));
    tx.put(Stack, changed);
    if (changed.deletedAt !== undefined) forgetLater(tx, stackKey(changed.id));
    return changed;
  });
}

const finished = (stack: StackState): StackState => ({ ...stack, operation: undefined });

async function scopeOf(run: Run): Promise<StackScope> {
  const { ctx, stack, journal } = run;
  const template = await ctx.atomically((tx) => templateOf(tx, stack));
  if (template === undefined) throw new Failure("The template of the stack is gone.");
  return stackScope({
    place: ctx,
    id: stack.id,
    name: stack.name,
    target: stack,
    processed: template.processed,
    imports: await readImports(ctx, template.processed),
    resource: (id) => journal.resources.get(id),
  });
}

async function forward(run: Run): Promise<StackState> {
  const { ctx, operation, journal } = run;
  try {
    const scope = await scopeOf(run);
    const { failedToCreate, failedToImport, failedToUpdate } = await deploy(run, scope);
    if (ctx.signal.aborted) return run.stack;
    const stopped = await whyStopped(run);
    if (stopped !== undefined) return await fail(run, stopped);
    const reasons = [
      ...(failedToCreate.length > 0
        ? [`The following resource(s) failed to create: [${failedToCreate.join(", ")}]. `]
        : []),
      ...(failedToImport.length > 0
        ? [`The following resource(s) failed to import: [${failedToImport.join(", ")}]. `]
        : []),
      ...(failedToUpdate.length > 0
        ? [`The following resource(s) failed to update: [${failedToUpdate.join(", ")}]. `]
        : []),
    ];
    if (reasons.length > 0) return await fail(run, reasons.join(""));
    const included = includedResources(scope);
    const leaving = [...journal.resources.keys()].filter((id) => !included.has(id));
    for (const id of leaving) await checkStackPolicy(run, journal.resources.get(id)!, "Update:Delete");
    const outputs = await outputsOf(run, scope);
    const imports = importedNames(scope);
    return await ctx.atomically(async (tx) => {
      const stored = await tx.get(Stack, stackKey(run.stack.id));
      if (stored === undefined || stored.operation?.id !== operation.id) throw new Superseded();
      const stack = await putOutputs(tx, stored, outputs, imports);
      const done =
        operation.kind === "update"
          ? putStatus(tx, stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
          : finished(
              putStatus(tx, stack, operation.kind === "import" ? "IMPORT_COMPLETE" : "CREATE_COMPLETE"),
            );
      for (const record of operation.kind === "update" ? [] : journal.resources.values())
        tx.put(ResourceRecord, { ...record, before: undefined, operation: undefined });
      tx.put(Stack, done);
      return done;
    });
  } catch (error) {
    if (error instanceof Superseded || ctx.signal.aborted) throw error;
    if (!(error instanceof TemplateError) && !(error instanceof Failure)) {
      // Anything else is an accident of ours: told as AWS tells of its own, and logged by the call that failed.
      return fail(run, reasonOf(error, run));
    }
    return fail(run, error.message);
  }
}

/** Where somebody cancelled the operation, or its time is over. */
async function whyStopped(run: Run): Promise<string | undefined> {
  if (!run.stop.signal.aborted) return undefined;
  const stored = await run.ctx.atomically((tx) => tx.get(Stack, stackKey(run.stack.id)));
  if (stored?.operation?.cancelled !== undefined) return stored.operation.cancelled;
  const { deadline } = run.operation;
  return deadline !== undefined && run.ctx.now() >= deadline
    ? "Stack creation time exceeded the specified timeout. "
    : undefined;
}

function fail(run: Run, reason: string): Promise<StackState> {
  const { operation } = run;
  const note = (stack: StackState): StackState => ({ ...stack, failure: reason });
  const end = (stack: StackState): StackState => finished(note(stack));
  if (operation.kind === "create") {
    if (operation.onFailure === "DO_NOTHING" || operation.disableRollback === true)
      return become(run, "CREATE_FAILED", reason.trimEnd(), end);
    if (operation.onFailure === "DELETE")
      return become(run, "DELETE_IN_PROGRESS", `${reason}Delete requested by user.`, note);
    return become(run, "ROLLBACK_IN_PROGRESS", `${reason}Rollback requested by user.`, note);
  }
  if (operation.kind === "import") return become(run, "IMPORT_ROLLBACK_IN_PROGRESS", reason.trimEnd(), note);
  if (operation.disableRollback === true)
    return become(run, "UPDATE_FAILED", reason.trimEnd(), (stack) => ({
      ...end(stack),
      lastFailed: operation,
    }));
  return become(run, "UPDATE_ROLLBACK_IN_PROGRESS", reason.trimEnd(), note);
}

/** After an update: what is no longer wanted goes. It cannot fail any more. */
async function cleanUp(run: Run): Promise<StackState> {
  const { journal } = run;
  const included = includedResources(await scopeOf(run));
  const leaving = [...journal.resources.keys()].filter((id) => !included.has(id));
  await removeGarbage(run, false);
  const keep = ({ deletionPolicy }: { deletionPolicy: string }): boolean => /^Retain/.test(deletionPolicy);
  const failed = await removeResources(run, leaving, { keep, forget: true });
  if (run.ctx.signal.aborted) return run.stack;
  const failedText =
    failed.length > 0 ? "Update successful. One or more resources could not be deleted." : undefined;
  return endUpdate(run, "UPDATE_COMPLETE", failedText, failed);
}

async function endUpdate(
  run: Run,
  status: StackStatus,
  reason: string | undefined,
  dropped: readonly string[] = [],
  change: (stack: StackState) => StackState = (stack) => stack,
): Promise<StackState> {
  return run.ctx.atomically(async (tx) => {
    const stack = await tx.get(Stack, stackKey(run.stack.id));
    if (stack === undefined || stack.operation?.id !== run.operation.id) throw new Superseded();
    for (const record of run.journal.resources.values()) {
      if (dropped.includes(record.logicalId)) tx.delete(ResourceRecord, record.stack, record.logicalId);
      else if (record.before !== undefined || record.operation !== undefined)
        tx.put(ResourceRecord, { ...record, before: undefined, operation: undefined, attempt: undefined });
    }
    const done = finished(change(putStatus(tx, stack, status, reason)));
    tx.put(Stack, done);
    return done;
  });
}

async function takeBack(run: Run): Promise<StackState> {
  const failed = await restore(run, touched(run));
  if (run.ctx.signal.aborted) return run.stack;
  const importing = run.stack.status === "IMPORT_ROLLBACK_IN_PROGRESS";
  if (failed.length > 0) {
    const reason = `The following resource(s) failed to update: [${failed.join(", ")}]. `;
    return become(run, importing ? "IMPORT_ROLLBACK_FAILED" : "UPDATE_ROLLBACK_FAILED", reason, (stack) => ({
      ...stack,
      operation: undefined,
      interrupted: run.operation,
    }));
  }
  if (importing) return endImport(run);
  return become(run, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS");
}

/** What was to be imported is not the stack's any more, and stays. */
async function endImport(run: Run): Promise<StackState> {
  const dropped = [...run.journal.resources.values()].filter(({ before }) => before === null);
  return endUpdate(
    run,
    "IMPORT_ROLLBACK_COMPLETE",
    undefined,
    dropped.map(({ logicalId }) => logicalId),
    (stack) => withTarget(stack, run.operation.before),
  );
}

async function cleanUpRollback(run: Run): Promise<StackState> {
  const { journal } = run;
  await removeGarbage(run, true);
  const made = [...journal.resources.values()].filter(({ before }) => before === null);
  await removeResources(
    run,
    made.map(({ logicalId }) => logicalId),
    { keep: staysAfterFailure(run), forget: true },
  );
  if (run.ctx.signal.aborted) return run.stack;
  return endUpdate(run, "UPDATE_ROLLBACK_COMPLETE", undefined, [], (stack) =>
    withTarget(stack, run.operation.before),
  );
}

/** Of what the operation made or imported: what the template retains, and what was there before. */
const staysAfterFailure =
  ({ operation }: Run) =>
  ({ deletionPolicy, logicalId }: { readonly deletionPolicy: string; readonly logicalId: string }): boolean =>
    logicalId in (operation.imports ?? {}) ||
    (deletionPolicy === "Retain" && operation.retainExceptOnCreate !== true);

/** The stack as it was asked to be before. */
function withTarget(stack: StackState, target: Target | undefined): StackState {
  return target === undefined ? stack : { ...stack, ...target };
}

/** A creation that failed: what it made is removed. */
async function removeCreated(run: Run): Promise<StackState> {
  const { journal, stack } = run;
  const deleting = stack.status === "DELETE_IN_PROGRESS";
  const failed = await removeResources(run, [...journal.resources.keys()], { keep: staysAfterFailure(run) });
  if (run.ctx.signal.aborted) return stack;
  if (failed.length > 0) {
    const reason = `The following resource(s) failed to delete: [${failed.join(", ")}]. `;
    return become(run, deleting ? "DELETE_FAILED" : "ROLLBACK_FAILED", reason, finished);
  }
  if (deleting)
    return become(run, "DELETE_COMPLETE", undefined, (done) => ({
      ...finished(done),
      deletedAt: run.ctx.now(),
    }));
  return become(run, "ROLLBACK_COMPLETE", undefined, finished);
}
