// Deletes a stack: its resources, each before those it needs, then its exports.

import { TemplateError } from "../../../lang/template/error.ts";
import { ChangeSet } from "../change-sets/change-set.ts";
import { removeSet } from "../change-sets/nested.ts";
import { putStatus } from "../stacks/event.ts";
import { forgetLater } from "../stacks/forget.ts";
import { Stack, stackKey } from "../stacks/stack.ts";
import type { ResourceState } from "../stacks/stack-resource.ts";
import { Superseded } from "./journal.ts";
import { dropOutputs } from "./outputs.ts";
import { removeResources } from "./remove.ts";
import type { Run } from "./run-context.ts";

export async function removeStack(run: Run): Promise<void> {
  const { ctx, operation, journal, stack } = run;
  const wasCreated = operation.retainExceptOnCreate === true;
  const keep = ({ deletionPolicy, logicalId }: ResourceState): boolean =>
    operation.skip?.includes(logicalId) === true ||
    deletionPolicy === "Retain" ||
    (deletionPolicy === "RetainExceptOnCreate" && !wasCreated);
  const failed = await removeResources(run, [...journal.resources.keys()], { keep });
  if (ctx.signal.aborted) return;
  await ctx.atomically(async (tx) => {
    const stored = await tx.get(Stack, stackKey(stack.id));
    if (stored === undefined || stored.operation?.id !== operation.id) throw new Superseded();
    if (failed.length > 0 && operation.forceDelete !== true) {
      const reason = `The following resource(s) failed to delete: [${failed.join(", ")}]. `;
      tx.put(Stack, { ...putStatus(tx, stored, "DELETE_FAILED", reason), operation: undefined });
      return;
    }
    try {
      await dropOutputs(tx, stored);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      tx.put(Stack, { ...putStatus(tx, stored, "DELETE_FAILED", error.message), operation: undefined });
      return;
    }
    for (const set of await tx.all(ChangeSet, [stackKey(stack.id)])) await removeSet(tx, set);
    const gone = putStatus(tx, stored, "DELETE_COMPLETE");
    forgetLater(tx, stackKey(stack.id));
    tx.put(Stack, { ...gone, operation: undefined, deletedAt: tx.now, terminationProtection: false });
  });
}
