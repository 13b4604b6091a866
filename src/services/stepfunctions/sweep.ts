// Once a day: executions that ended more than 90 days ago are forgotten, and
// their names are free again.

import { defineJob } from "../../core/job.ts";
import type { Transaction } from "../../core/transaction.ts";
import { Execution, retentionMilliseconds } from "./execution.ts";
import { forget } from "./forget.ts";
import { StateMachine } from "./state-machine.ts";

const day = 86_400_000;
const executionsAtOnce = 100;

export const sweepExecutions = defineJob<object>({
  name: "stepfunctions.sweepExecutions",
  run: async (_payload, tx) => {
    const page = await tx.list(Execution, { index: "expiry", limit: executionsAtOnce });
    const due = page.values.filter(
      ({ stoppedAt }) => stoppedAt !== undefined && stoppedAt + retentionMilliseconds <= tx.now,
    );
    for (const execution of due) await forget(tx, execution);
    const more = due.length === executionsAtOnce;
    if (more) tx.enqueue(sweepExecutions, {}, { id: "sweep" });
    else if (page.values.length > 0 || (await tx.list(StateMachine, { limit: 1 })).values.length > 0) {
      tx.enqueue(sweepExecutions, {}, { id: "sweep", at: tx.now + day });
    }
  },
});

/** Makes sure that the sweep goes on; called where a machine is made. */
export function keepSweeping(tx: Transaction): void {
  tx.enqueue(sweepExecutions, {}, { id: "sweep", at: tx.now + day });
}
