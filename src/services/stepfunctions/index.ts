// AWS Step Functions: the table of contents. What differs from AWS is in README.md.

import { defineService } from "../../core/service.ts";
import type { Stepfunctions } from "../../model/generated/stepfunctions.d.ts";
import { Activity, ActivityTask } from "./activity.ts";
import { deleteStateMachineParts } from "./deletion.ts";
import { stateMachineTarget } from "./delivery.ts";
import { Execution, FrameRecord, Live } from "./execution.ts";
import { runExpressExecution } from "./express/start.ts";
import { shipHistory } from "./log/ship.ts";
import { endMapRun, reviveMapRun, runMap } from "./map-run/begin.ts";
import { MapRun } from "./map-run/map-run.ts";
import { stepfunctions } from "./model.ts";
import { operations } from "./operations/table.ts";
import { stateMachineAliasType } from "./resource-types/alias.ts";
import { activityType, stateMachineType } from "./resource-types/state-machine.ts";
import { stateMachineVersionType } from "./resource-types/version.ts";
import { fireTimer, runTask, stopTask } from "./standard/jobs.ts";
import { endOverdue } from "./standard/upkeep.ts";
import { Alias, Revision, StateMachine, Version } from "./state-machine.ts";
import { sweepExecutions } from "./sweep.ts";

export default defineService<Stepfunctions>({
  model: stepfunctions,
  resourceTypes: [activityType, stateMachineType, stateMachineAliasType, stateMachineVersionType],
  resources: [
    StateMachine,
    Revision,
    Version,
    Alias,
    Execution,
    Live,
    FrameRecord,
    Activity,
    ActivityTask,
    MapRun,
  ],
  operations,
  targets: [stateMachineTarget],
  jobs: [
    fireTimer,
    runTask,
    stopTask,
    endOverdue,
    runExpressExecution,
    runMap,
    endMapRun,
    reviveMapRun,
    shipHistory,
    sweepExecutions,
    deleteStateMachineParts,
  ],
  validationError: "ValidationException",
  cursorError: "InvalidToken",
});
