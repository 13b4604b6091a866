// Takes an update back: resources that were changed become what they were,
// replaced ones are pointed at what they replaced, new ones are left for the
// cleanup to remove.

import { resourceContext } from "../../../core/provision.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import type { ResourceState } from "../stacks/stack-resource.ts";
import { inParallel } from "./parallel.ts";
import { reasonOf } from "./reason.ts";
import { branch, incarnationOf, type Run, typeOf } from "./run-context.ts";

/** Resources that the operation has touched; those it has made have `before: null`. */
export function touched({ journal, operation }: Run): readonly ResourceState[] {
  // Continuing a rollback, those of the update that was interrupted.
  const ids = new Set([operation.id, operation.continues ?? operation.id]);
  return [...journal.resources.values()].filter(
    ({ operation: by, before }) => by !== undefined && before !== undefined && ids.has(by),
  );
}

/** Restores what was there before; the ids that could not be. */
export async function restore(run: Run, records: readonly ResourceState[]): Promise<readonly string[]> {
  const { operation } = run;
  const old = records.filter(({ before }) => before !== null);
  const graph = new Map(old.map(({ logicalId, before }) => [logicalId, before?.dependsOn ?? []]));
  const work = (id: string): Promise<boolean> =>
    branch(run, (within) => restoreOne(within, id, operation.skip?.includes(id) === true));
  const { failed } = await inParallel(graph, work, { goOn: true, stop: () => run.ctx.signal.aborted });
  return failed;
}

async function restoreOne(run: Run, logicalId: string, skip: boolean): Promise<boolean> {
  const { journal, ctx, acting } = run;
  const record = journal.resources.get(logicalId);
  const before = record?.before;
  if (record === undefined || before === undefined || before === null || before.current === undefined)
    return true;
  const goal = before.current;
  const { current, attempt } = record;
  const restored: ResourceState = {
    ...record,
    ...before,
    attempt: undefined,
    before: undefined,
    operation: undefined,
    status: "UPDATE_COMPLETE",
    statusReason: undefined,
    changedAt: ctx.now(),
  };
  if (skip) {
    await journal.write({ resource: restored, event: {} });
    return true;
  }
  const replaced = current !== undefined && current.token !== goal.token;
  if (replaced) {
    const garbage = [...(record.garbage ?? []).filter(({ token }) => token !== goal.token), current];
    await journal.write({ resource: { ...restored, garbage }, event: {} });
    return true;
  }
  const from = attempt?.token === goal.token ? attempt.properties : (current?.properties ?? goal.properties);
  const type = await typeOf(ctx, goal.type);
  const { restore: undo, update } = type?.definition ?? {};
  if (undo === undefined && same(from, goal.properties)) {
    const quiet = record.status === "UPDATE_FAILED" || attempt !== undefined;
    await journal.write({ resource: restored, ...(quiet ? { event: {} } : {}) });
    return true;
  }
  await journal.write({
    resource: { ...record, status: "UPDATE_IN_PROGRESS", statusReason: undefined, changedAt: ctx.now() },
    event: {},
  });
  try {
    const updated = await acting.beside((within) => {
      const at = resourceContext(within, incarnationOf(run, logicalId, goal.token));
      return Promise.resolve(
        undo === undefined ? update?.(goal.physicalId, goal.properties, from, at) : undo(goal.physicalId, at),
      );
    });
    const attributes = { ...goal.attributes, ...updated?.attributes };
    await journal.write({ resource: { ...restored, current: { ...goal, attributes } }, event: {} });
    return true;
  } catch (error) {
    if (ctx.signal.aborted) return false;
    await journal.write({
      resource: {
        ...record,
        status: "UPDATE_FAILED",
        statusReason: reasonOf(error, run),
        changedAt: ctx.now(),
      },
      event: {},
    });
    return false;
  }
}
