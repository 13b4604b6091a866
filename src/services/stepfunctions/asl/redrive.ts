// Redrive: an execution that did not succeed goes on from the states that
// failed or were aborted. What succeeded is not done again.

import type { Frame } from "./frame.ts";
import { chain, each, type Maybe } from "./maybe.ts";
import { type Run, recordAfter, stateOf } from "./run.ts";

export function redrive(run: Run): Maybe<void> {
  const { head } = run;
  head.status = "RUNNING";
  head.redriveCount++;
  delete head.error;
  delete head.cause;
  const event = recordAfter(run, head.lastEvent, "ExecutionRedriven", { redriveCount: head.redriveCount });
  return chain(run.memory.frame(0), (root) => (root === undefined ? undefined : revive(run, root, event)));
}

function revive(run: Run, frame: Frame, event: number): Maybe<void> {
  delete frame.ended;
  delete frame.retries;
  frame.event = event;
  run.memory.touch(frame);
  const { wait } = frame;
  if (wait?.kind === "children" && wait.live.length > 0) {
    return each(wait.live, (id) =>
      chain(run.memory.frame(id), (child) => (child === undefined ? undefined : revive(run, child, event))),
    );
  }
  if (wait?.kind === "map-run") {
    recordRedrivenMapRun(run, frame, wait.arn);
    return;
  }
  delete frame.wait;
  run.memory.forget(frame);
  // The state was entered before: it runs again without another event for that.
  stateOf(run, frame);
  run.ready.push(frame);
}

function recordRedrivenMapRun(run: Run, frame: Frame, arn: string): void {
  frame.event = recordAfter(run, frame.event, "MapRunRedriven", {
    mapRunArn: arn,
    redriveCount: run.head.redriveCount,
  });
  run.commands.push({ type: "redriveMapRun", arn });
}
