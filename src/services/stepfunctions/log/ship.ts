// Ships the history of Standard executions to CloudWatch Logs: at least once,
// in order, and without holding the execution up.

import { defineJob } from "../../../core/job.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { Execution, executionArn } from "../execution.ts";
import { readHistory } from "../history/read.ts";
import { type RevisionState, revisionOf } from "../state-machine.ts";
import { deliverLines, streamName } from "./deliver.ts";
import { isLogged, logLine, logSettings } from "./event.ts";

interface Shipment {
  readonly id: string;
  readonly machine: string;
  readonly name: string;
  /** The last event to ship. */
  readonly until: number;
}

const eventsAtOnce = 1_000;

/** One run at a time for each execution: a later step replaces the run that is still to come. */
export const shipHistory = defineJob<Shipment>({
  name: "stepfunctions.shipHistory",
  run: { waits: ship },
});

async function ship(shipment: Shipment, ctx: Waiting): Promise<void> {
  const { id, machine, name, until } = shipment;
  const cursorKey = (tx: { key(service: string, ...parts: readonly string[]): string }): string =>
    tx.key("stepfunctions", "shipped", id);
  for (;;) {
    const found = await ctx.atomically(async (tx) => {
      const stored = await tx.raw.get(cursorKey(tx));
      const shipped = stored === undefined ? 0 : Number(Buffer.from(stored).toString());
      const execution = await tx.get(Execution, machine, name);
      if (execution === undefined || shipped >= until) return undefined;
      const revision = await revisionOf(tx, machine.split("/")[0]!, execution.revisionId);
      const events = await readHistory(tx, id, shipped + 1, eventsAtOnce);
      return { execution, revision, events };
    });
    if (found === undefined || found.events.length === 0) return;
    const { execution, revision, events } = found;
    const settings = logSettings(revision);
    if (settings === undefined) return;
    const arn = executionArn(execution, ctx);
    const lines = events
      .filter((event) => isLogged(event, settings.level))
      .map((event) =>
        logLine(event, execution.input, arn, execution.redriveCount ?? 0, settings.includeExecutionData),
      );
    const stream = streamName(machine, execution.startedAt, id);
    await deliverLines(ctx, settings.group, stream, lines);
    const last = events.at(-1)!.id;
    await ctx.atomically(async (tx) => tx.raw.put(cursorKey(tx), Buffer.from(String(last))));
    if (last >= until) return;
  }
}

export function loggedLevel(revision: RevisionState): string {
  return revision.logging?.level ?? "OFF";
}
