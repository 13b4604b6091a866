// Forgetting an execution: its record, its history, and where it stood.

import type { Transaction } from "../../core/transaction.ts";
import { Execution, type ExecutionState, FrameRecord, Live } from "./execution.ts";

export async function forget(tx: Transaction, execution: ExecutionState): Promise<void> {
  const { id, machine, name } = execution;
  for (const part of ["history", "slot", "shipped"]) {
    const start = tx.key("stepfunctions", part, id);
    tx.raw.deleteRange({ start, end: `${start}\xff` });
  }
  const frames = tx.key("stepfunctions", FrameRecord.type, id);
  tx.raw.deleteRange({ start: frames, end: `${frames}\xff` });
  tx.delete(Live, id);
  tx.delete(Execution, machine, name);
}
