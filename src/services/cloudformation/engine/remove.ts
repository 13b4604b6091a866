// Removes resources: of a stack that is deleted, of a creation that failed, and
// what an update leaves behind.

import { Fault } from "../../../core/fault.ts";
import { resourceContext } from "../../../core/provision.ts";
import { saysMissing } from "../../../core/resource-type.ts";
import type { Applied, ResourceState } from "../stacks/stack-resource.ts";
import { recover } from "./make.ts";
import { inParallel, reversed } from "./parallel.ts";
import { Failure, reasonOf } from "./reason.ts";
import { branch, incarnationOf, type Run, typeOf } from "./run-context.ts";

/** Removes a physical resource; one that is gone already counts as removed. */
export async function removeApplied(run: Run, logicalId: string, applied: Applied): Promise<void> {
  const type = await typeOf(run.ctx, applied.type);
  if (type === undefined) throw new Failure(`There is no resource type ${applied.type} any more.`);
  const incarnation = incarnationOf(run, logicalId, applied.token);
  try {
    await run.acting.beside((within) =>
      type.definition.delete(applied.physicalId, applied.properties, resourceContext(within, incarnation)),
    );
  } catch (error) {
    if (error instanceof Fault && error.code !== "NotImplemented" && saysMissing(error)) return;
    throw error;
  }
}

export interface Removal {
  /** Resources that are left alone. */
  readonly keep?: (resource: ResourceState) => boolean;
  /** The record goes with the resource. */
  readonly forget?: boolean;
  readonly verb?: string;
}

/** Removes the resources with these ids, each before those it needs; the ids that could not be. */
export async function removeResources(
  run: Run,
  ids: readonly string[],
  { keep = () => false, forget = false }: Removal,
): Promise<readonly string[]> {
  const { journal, ctx } = run;
  const wanted = new Set(ids);
  const graph = new Map(
    ids.map((id) => [id, (journal.resources.get(id)?.dependsOn ?? []).filter((each) => wanted.has(each))]),
  );
  const work = async (run: Run, id: string): Promise<boolean> => {
    const record = journal.resources.get(id);
    if (record === undefined || record.status === "DELETE_COMPLETE" || record.status === "DELETE_SKIPPED")
      return true;
    const at = ctx.now();
    const plain: ResourceState = { ...record, statusReason: undefined, changedAt: at };
    if (record.current !== undefined && keep(record)) {
      await journal.write({ resource: { ...plain, status: "DELETE_SKIPPED" }, event: {}, remove: forget });
      return true;
    }
    const { garbage = [] } = record;
    const current = record.current ?? (await unfinished(run, record));
    if (current === undefined && garbage.length === 0) {
      // Nothing of it was ever made.
      await journal.write({ resource: { ...plain, status: "DELETE_COMPLETE" }, event: {}, remove: forget });
      return true;
    }
    const under: ResourceState = { ...plain, status: "DELETE_IN_PROGRESS" };
    if (record.status !== "DELETE_IN_PROGRESS") await journal.write({ resource: under, event: {} });
    try {
      for (const each of [...(current === undefined ? [] : [current]), ...garbage])
        await removeApplied(run, id, each);
      await journal.write({
        resource: {
          ...under,
          status: "DELETE_COMPLETE",
          changedAt: ctx.now(),
          attempt: undefined,
          garbage: undefined,
        },
        event: {},
        remove: forget,
      });
      return true;
    } catch (error) {
      if (ctx.signal.aborted) return false;
      const statusReason = reasonOf(error, run);
      await journal.write({
        resource: { ...under, status: "DELETE_FAILED", statusReason, changedAt: ctx.now() },
        event: {},
      });
      return false;
    }
  };
  const apart = (id: string): Promise<boolean> => branch(run, (within) => work(within, id));
  const { failed } = await inParallel(reversed(graph), apart, { goOn: true, stop: () => ctx.signal.aborted });
  return failed;
}

/** What a creation has made that a deletion of the stack has overtaken. */
async function unfinished(run: Run, record: ResourceState): Promise<Applied | undefined> {
  const type = record.status === "CREATE_IN_PROGRESS" ? await typeOf(run.ctx, record.type) : undefined;
  return type === undefined ? undefined : recover(run, record, type);
}

/** Removes what replaced resources left; what cannot be removed is told and left. */
export async function removeGarbage(run: Run, wasRolledBack: boolean): Promise<void> {
  const { journal, ctx } = run;
  const holders = [...journal.resources.values()].filter(({ garbage = [] }) => garbage.length > 0);
  const graph = new Map(holders.map(({ logicalId, dependsOn }) => [logicalId, dependsOn]));
  const work = async (run: Run, id: string): Promise<boolean> => {
    const record = journal.resources.get(id)!;
    for (const applied of record.garbage ?? []) {
      const event = { physicalId: applied.physicalId };
      const shown: ResourceState = { ...record, changedAt: ctx.now(), statusReason: undefined };
      if (!wasRolledBack && record.updateReplacePolicy === "Retain") {
        await tell(run, shown, { ...event, status: "DELETE_SKIPPED" });
        continue;
      }
      await tell(run, shown, { ...event, status: "DELETE_IN_PROGRESS" });
      try {
        await removeApplied(run, id, applied);
        await tell(run, shown, { ...event, status: "DELETE_COMPLETE" });
      } catch (error) {
        if (ctx.signal.aborted) return false;
        await tell(run, shown, { ...event, status: "DELETE_FAILED", reason: reasonOf(error, run) });
      }
    }
    await journal.write({ resource: { ...record, garbage: undefined } });
    return true;
  };
  const apart = (id: string): Promise<boolean> => branch(run, (within) => work(within, id));
  await inParallel(reversed(graph), apart, { goOn: true, stop: () => ctx.signal.aborted });
}

/** An event of a resource whose record stays as it is. */
function tell(
  { journal }: Run,
  resource: ResourceState,
  event: { physicalId: string; status: ResourceState["status"]; reason?: string },
): Promise<void> {
  return journal.write({
    resource: journal.resources.get(resource.logicalId) ?? resource,
    event: { reason: undefined, ...event },
  });
}
