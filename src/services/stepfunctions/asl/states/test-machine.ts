// Machines of few states, with a function that echoes or fails as its payload
// says: for tests that look at what an execution's output tells.

import { afterAll, beforeAll } from "vitest";
import { defineService } from "../../../../core/service.ts";
import type { Lambda } from "../../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../../model/handle.ts";
import s3 from "../../../s3/index.ts";
import { type TestCloud, testCloud } from "../../../test-cloud.ts";
import service from "../../index.ts";

export type State = Readonly<Record<string, unknown>>;
const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:f";

/** Echoes its payload; fails by `error`, as often as `times` says for a name. */
export const calls = new Map<string, number>();
const lambda = defineService<Lambda>({
  model: modelOf<Lambda>("lambda"),
  resources: [],
  operations: {
    Invoke: async ({ Payload }) => {
      const text = Buffer.from(Payload ?? []).toString() || "{}";
      const {
        error,
        name,
        times = Number.POSITIVE_INFINITY,
      } = (JSON.parse(text) ?? {}) as {
        readonly error?: string;
        readonly name?: string;
        readonly times?: number;
      };
      const call = (calls.get(String(name)) ?? 0) + 1;
      calls.set(String(name), call);
      if (error === undefined || call > times) return { StatusCode: 200, Payload: Buffer.from(text) };
      const thrown = Buffer.from(JSON.stringify({ errorType: error, errorMessage: "no" }));
      return { StatusCode: 200, FunctionError: "Unhandled", Payload: thrown };
    },
  },
});

export let cloud: TestCloud;
let machines = 0;
/** One cloud for all tests of a file. */
export function useCloud(): void {
  beforeAll(async () => {
    cloud = await testCloud([service, lambda, s3]);
  });
  afterAll(() => cloud.stop());
}

export async function start(machine: object, input: unknown): Promise<string> {
  const { stateMachineArn } = await cloud.call("stepfunctions", "CreateStateMachine", {
    name: `m${machines++}`,
    definition: JSON.stringify(machine),
    roleArn: "arn:aws:iam::000000000000:role/r",
  });
  const { executionArn } = await cloud.call("stepfunctions", "StartExecution", {
    stateMachineArn,
    input: JSON.stringify(input),
  });
  await cloud.settle();
  return executionArn;
}

export async function outcome(executionArn: string): Promise<unknown> {
  const { status, output, error, cause } = await cloud.call("stepfunctions", "DescribeExecution", {
    executionArn,
  });
  if (status === "SUCCEEDED") return JSON.parse(output);
  return status === "RUNNING" ? "RUNNING" : { error, cause };
}

/** The state A, and states that it may lead to. */
export async function run(
  state: State,
  input: unknown,
  more: Readonly<Record<string, State>> = {},
): Promise<unknown> {
  const ends =
    state.Type === "Succeed" || state.Type === "Fail" || state.Type === "Choice" || state.Next !== undefined;
  return outcome(
    await start(
      { StartAt: "A", States: { A: { ...state, ...(ends ? {} : { End: true }) }, ...more } },
      input,
    ),
  );
}

export const task = { Type: "Task", Resource: functionArn };
export const b = (states: object) => ({
  StartAt: "B",
  States: { B: { Type: "Pass", End: true, ...states } },
});
export const seen = (template: object): State => ({ Type: "Pass", Parameters: template, End: true });
