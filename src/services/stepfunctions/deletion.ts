// The end of a state machine: what still runs is aborted, and everything that
// was stored under its name is forgotten, piece by piece.

import { defineJob } from "../../core/job.ts";
import { Execution } from "./execution.ts";
import { forget } from "./forget.ts";
import { happen } from "./standard/step.ts";
import { Alias, Revision, StateMachine, Version } from "./state-machine.ts";

const executionsAtOnce = 100;

export const deleteStateMachineParts = defineJob<{ readonly name: string }>({
  name: "stepfunctions.deleteStateMachineParts",
  run: async ({ name }, tx) => {
    const machine = await tx.get(StateMachine, name);
    if (machine?.status !== "DELETING") return;
    const page = await tx.list(Execution, {
      index: "started",
      prefix: [name],
      limit: executionsAtOnce,
    });
    for (const execution of page.values) {
      if (execution.status === "RUNNING") await happen(tx, execution.id, { type: "stopped" });
      await forget(tx, execution);
    }
    if (page.cursor !== undefined) {
      tx.enqueue(deleteStateMachineParts, { name }, { id: name });
      return;
    }
    for (const { version } of await tx.all(Version, [name])) tx.delete(Version, name, version);
    for (const alias of await tx.all(Alias, [name])) tx.delete(Alias, name, alias.name);
    for (const { revisionId } of await tx.all(Revision, [name])) tx.delete(Revision, name, revisionId);
    tx.delete(StateMachine, name);
  },
});
