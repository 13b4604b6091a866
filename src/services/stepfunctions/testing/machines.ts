// What the tests of executions share: a cloud with one machine, and its history in short.

import type { ServiceDefinition } from "../../../core/service.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import service from "../index.ts";

export interface Bench {
  readonly cloud: TestCloud;
  readonly stateMachineArn: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read outputs freely.
  call(operation: string, input?: object): Promise<any>;
  start(input?: unknown, name?: string): Promise<string>;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  describe(executionArn: string): Promise<any>;
  /** `4<3 TaskScheduled`. */
  history(executionArn: string): Promise<string[]>;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  events(executionArn: string): Promise<any[]>;
}

export async function machineOf(
  definition: object,
  others: readonly ServiceDefinition[] = [],
  fields: object = {},
): Promise<Bench> {
  const cloud = await testCloud([service, ...others]);
  const call: Bench["call"] = (operation, input = {}) => cloud.call("stepfunctions", operation, input);
  const { stateMachineArn } = await call("CreateStateMachine", {
    name: "machine",
    definition: JSON.stringify(definition),
    roleArn: "arn:aws:iam::000000000000:role/states",
    ...fields,
  });
  const events: Bench["events"] = async (executionArn) =>
    (await call("GetExecutionHistory", { executionArn, maxResults: 1000 })).events;
  return {
    cloud,
    stateMachineArn,
    call,
    events,
    start: async (input = {}, name = "run") => {
      const started = await call("StartExecution", { stateMachineArn, name, input: JSON.stringify(input) });
      await cloud.settle();
      return started.executionArn;
    },
    describe: (executionArn) => call("DescribeExecution", { executionArn }),
    history: async (executionArn) =>
      (await events(executionArn)).map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`),
  };
}

/** A machine of one state, which ends it. */
export function only(state: object): object {
  return { StartAt: "S", States: { S: { End: true, ...state } } };
}
