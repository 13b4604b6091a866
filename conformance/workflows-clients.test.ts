// Step Functions through the AWS SDK for JavaScript, and as a person types it
// into the AWS CLI.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionAlreadyExists,
  GetActivityTaskCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StateMachineDoesNotExist,
  TestStateCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, eventually, must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";

const roleArn = "arn:aws:iam::000000000000:role/states";
const shapes = {
  StartAt: "Shape",
  States: {
    Shape: { Type: "Pass", Parameters: { "sum.$": "States.MathAdd($.a, $.b)" }, Next: "Done" },
    Done: { Type: "Succeed" },
  },
};

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud?.stop());

describe("the AWS SDK for JavaScript", () => {
  let sfn: SFNClient;
  beforeAll(() => {
    // `sync-localhost` is no name that a resolver knows.
    sfn = new SFNClient({ ...clientOptions(cloud), disableHostPrefix: true });
  });
  afterAll(() => sfn?.destroy());

  const create = async (name: string, definition: object, type: "STANDARD" | "EXPRESS" = "STANDARD") => {
    const input = { name, definition: JSON.stringify(definition), roleArn, type };
    return (await sfn.send(new CreateStateMachineCommand(input))).stateMachineArn!;
  };

  test("starts, describes and pages in both orders", async () => {
    const stateMachineArn = await create("sdk", shapes);
    const before = Date.now();
    for (const name of ["one", "two", "three"]) {
      await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: '{"a":1,"b":2}' }));
    }
    const names: (string | undefined)[] = [];
    for await (const page of paginateListExecutions({ client: sfn, pageSize: 2 }, { stateMachineArn })) {
      for (const { name, executionArn } of page.executions ?? []) {
        names.push(name);
        const found = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        expect(JSON.parse(found.output!)).toEqual({ sum: 3 });
        expect(found.startDate!.getTime()).toBeGreaterThanOrEqual(before - 1000);
      }
    }
    expect(names).toEqual(["three", "two", "one"]);
    const executionArn = `${stateMachineArn.replace("stateMachine", "execution")}:one`;
    const ids: (number | undefined)[] = [];
    for await (const page of paginateGetExecutionHistory(
      { client: sfn, pageSize: 4 },
      { executionArn, reverseOrder: true },
    )) {
      ids.push(...page.events!.map(({ id }) => id));
    }
    expect(ids).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test("answers synchronous executions and trials of single states", async () => {
    const stateMachineArn = await create("sdk-express", shapes, "EXPRESS");
    const good = await sfn.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{"a":1,"b":2}' }));
    expect(good).toMatchObject({ status: "SUCCEEDED", output: '{"sum":3}' });
    const bad = await sfn.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{"a":1}' }));
    expect(bad).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    const definition = JSON.stringify({ Type: "Pass", Result: [1], Next: "Later" });
    const tried = await sfn.send(new TestStateCommand({ definition, roleArn, inspectionLevel: "TRACE" }));
    expect(tried).toMatchObject({ status: "SUCCEEDED", output: "[1]", nextState: "Later" });
  });

  test("knows the errors by their classes", async () => {
    const missing = "arn:aws:states:us-east-1:000000000000:stateMachine:none";
    await expect(
      sfn.send(new DescribeStateMachineCommand({ stateMachineArn: missing })),
    ).rejects.toBeInstanceOf(StateMachineDoesNotExist);
    const stateMachineArn = await create("sdk-names", shapes);
    const start = (input: string) =>
      sfn.send(new StartExecutionCommand({ stateMachineArn, name: "n", input }));
    await start('{"a":1,"b":1}');
    await expect(start('{"a":1,"b":2}')).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  });

  test("gives a waiting worker its task as soon as there is one", async () => {
    const { activityArn } = await sfn.send(new CreateActivityCommand({ name: "sdk" }));
    const stateMachineArn = await create("sdk-activity", {
      StartAt: "Ask",
      States: { Ask: { Type: "Task", Resource: activityArn, End: true } },
    });
    const polling = sfn.send(new GetActivityTaskCommand({ activityArn, workerName: "w" }));
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: "7" }));
    const { taskToken, input } = await polling;
    expect(input).toBe("7");
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: "8" }));
    expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: "SUCCEEDED",
      output: "8",
    });
  });
});

describe.skipIf(!available("aws"))("the AWS CLI", () => {
  const folder = mkdtempSync(join(tmpdir(), "cumulet-workflows-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const options = (parameters: readonly string[]) => [
    ...["--endpoint-url", cloud.endpoint, "--output", "json", "stepfunctions"],
    ...parameters,
  ];
  const aws = async (...parameters: string[]) =>
    JSON.parse(await must("aws", options(parameters), { env: cloud.env, cwd: folder }));

  test("makes a machine of a file, runs it, and reads its history", async () => {
    writeFileSync(join(folder, "machine.asl.json"), JSON.stringify(shapes));
    const file = ["--definition", "file://machine.asl.json"];
    const checked = await aws("validate-state-machine-definition", ...file);
    expect(checked).toEqual({ result: "OK", diagnostics: [], truncated: false });
    const { stateMachineArn } = await aws(
      "create-state-machine",
      "--name",
      "cli",
      ...file,
      "--role-arn",
      roleArn,
    );
    const { executionArn } = await aws(
      ...["start-execution", "--state-machine-arn", stateMachineArn, "--name", "run"],
      ...["--input", '{"a": 20, "b": 22}'],
    );
    const output = await eventually(async () => {
      const found = await aws("describe-execution", "--execution-arn", executionArn);
      return found.output as string | undefined;
    });
    expect(output).toBe('{"sum":42}');
    const { events } = await aws(
      "get-execution-history",
      "--execution-arn",
      executionArn,
      "--no-include-execution-data",
    );
    expect(events[1]).toMatchObject({
      type: "PassStateEntered",
      stateEnteredEventDetails: { name: "Shape", inputDetails: { truncated: false } },
    });
    const { code, stderr } = await run(
      "aws",
      options(["start-execution", "--state-machine-arn", stateMachineArn, "--name", "run", "--input", "{}"]),
      { env: cloud.env, cwd: folder },
    );
    expect(code).not.toBe(0);
    expect(stderr.trim()).toBe(
      `An error occurred (ExecutionAlreadyExists) when calling the StartExecution operation: Execution Already Exists: '${executionArn}'`,
    );
  });
});
