// Which handler serves which operation.

import type { Operations } from "../../../core/service.ts";
import type { Stepfunctions } from "../../../model/generated/stepfunctions.d.ts";
import { keyed } from "../encryption/customer-key.ts";
import {
  createActivity,
  deleteActivity,
  describeActivity,
  getActivityTask,
  listActivities,
} from "./activities.ts";
import {
  createStateMachineAlias,
  deleteStateMachineAlias,
  describeStateMachineAlias,
  listStateMachineAliases,
  updateStateMachineAlias,
} from "./aliases.ts";
import { sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from "./callbacks.ts";
import { describeStateMachine, describeStateMachineForExecution } from "./describe-state-machines.ts";
import { describeExecution, getExecutionHistory, listExecutions, stopExecution } from "./executions.ts";
import { describeMapRun, listMapRuns, updateMapRun } from "./map-runs.ts";
import { redriveExecution } from "./redrive.ts";
import { startExecution } from "./start.ts";
import { startSyncExecution } from "./start-sync.ts";
import {
  createStateMachine,
  deleteStateMachine,
  listStateMachines,
  updateStateMachine,
} from "./state-machines.ts";
import { listTagsForResource, tagResource, untagResource } from "./tags.ts";
import { testState } from "./test-state.ts";
import { validateStateMachineDefinition } from "./validate.ts";
import {
  deleteStateMachineVersion,
  listStateMachineVersions,
  publishStateMachineVersion,
} from "./versions.ts";

export const operations: Operations<Stepfunctions> = {
  CreateStateMachine: { waits: createStateMachine },
  DescribeStateMachine: keyed(describeStateMachine),
  DescribeStateMachineForExecution: keyed(describeStateMachineForExecution),
  ListStateMachines: listStateMachines,
  UpdateStateMachine: { waits: updateStateMachine },
  DeleteStateMachine: deleteStateMachine,
  ValidateStateMachineDefinition: validateStateMachineDefinition,
  TestState: { waits: testState },
  PublishStateMachineVersion: publishStateMachineVersion,
  ListStateMachineVersions: listStateMachineVersions,
  DeleteStateMachineVersion: deleteStateMachineVersion,
  CreateStateMachineAlias: createStateMachineAlias,
  DescribeStateMachineAlias: describeStateMachineAlias,
  UpdateStateMachineAlias: updateStateMachineAlias,
  DeleteStateMachineAlias: deleteStateMachineAlias,
  ListStateMachineAliases: listStateMachineAliases,
  StartExecution: keyed(startExecution),
  StartSyncExecution: { waits: startSyncExecution },
  StopExecution: stopExecution,
  RedriveExecution: redriveExecution,
  DescribeExecution: keyed(describeExecution),
  ListExecutions: listExecutions,
  GetExecutionHistory: keyed(getExecutionHistory),
  DescribeMapRun: describeMapRun,
  ListMapRuns: listMapRuns,
  UpdateMapRun: updateMapRun,
  CreateActivity: { waits: createActivity },
  DescribeActivity: describeActivity,
  ListActivities: listActivities,
  DeleteActivity: deleteActivity,
  GetActivityTask: { waits: getActivityTask },
  SendTaskSuccess: sendTaskSuccess,
  SendTaskFailure: sendTaskFailure,
  SendTaskHeartbeat: sendTaskHeartbeat,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
};
