// Forgetting an execution: its record, its history, and where it stood.

import type { Transaction } from "../../core/transaction.ts";
import { Execution, type ExecutionState, FrameRecord, Live } from "./execution.ts";
import { MapRun } from "./map-run/map-run.ts";

export async function forget(tx: Transaction, execution: ExecutionState): Promise<void> {
  const { id, machine, name } = execution;
  for (const part of ["history", "slot", "shipped"]) {
    const start = tx.key("stepfunctions", part, id);
    tx.raw.deleteRange({ start, end: `${start}\xff` });
  }
  const frames = tx.key("stepfunctions", FrameRecord.type, id);
  tx.raw.deleteRange({ start: frames, end: `${frames}\xff` });
  tx.delete(Live, id);
  for (const run of (await tx.list(MapRun, { index: "parent", prefix: [id] })).values) {
    for (const part of ["map-children", "map-result", "map-count", "map-started"]) {
      const start = tx.key("stepfunctions", part, run.id);
      tx.raw.deleteRange({ start, end: `${start}\xff` });
    }
    tx.delete(MapRun, run.id);
  }
  tx.delete(Execution, machine, name);
}
