// Publishing: the current configuration becomes a version that no longer changes.

import type { Transaction } from "../../core/transaction.ts";
import type { Configuration } from "./configuration.ts";
import type { FunctionState } from "./function.ts";
import { type Version, VersionRecord } from "./version.ts";

/**
 * The version that the current configuration is published as: a new one, or the
 * last one where nothing changed since. The caller stores the function.
 */
export async function publish(
  tx: Transaction,
  fn: FunctionState,
  description: string | undefined,
): Promise<{ readonly fn: FunctionState; readonly version: Version }> {
  const last = fn.lastVersion === 0 ? undefined : await tx.get(VersionRecord, fn.name, fn.lastVersion);
  if (last !== undefined && contents(last) === contents(fn.latest)) return { fn, version: last };
  const number = fn.lastVersion + 1;
  const version: Version = {
    ...fn.latest,
    settings: { ...fn.latest.settings, Description: description ?? fn.latest.settings.Description },
    version: String(number),
    number,
    revisionId: tx.ids.uuid(),
  };
  tx.put(VersionRecord, version);
  return { fn: { ...fn, lastVersion: number }, version };
}

/** What makes two configurations the same. */
function contents({ settings, code, layers }: Configuration): string {
  const { Description: _described, ...rest } = settings;
  const sorted = Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted, code.sha256, layers]);
}
