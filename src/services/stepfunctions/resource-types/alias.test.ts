// Aliases of state machines in stacks: moved to another version as the template prefers.

import { expect, test } from "vitest";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import { type Provisioner, provisioner } from "../../test-resource-type.ts";
import stepfunctions from "../index.ts";

const type = "AWS::StepFunctions::StateMachineAlias";

interface Setting {
  readonly cloud: TestCloud;
  readonly types: Provisioner;
  readonly versions: readonly string[];
  weights(): Promise<readonly (readonly [string, number])[]>;
}

async function setting(): Promise<Setting> {
  const cloud = await testCloud([stepfunctions]);
  const definition = (Comment: string) =>
    JSON.stringify({ Comment, StartAt: "A", States: { A: { Type: "Succeed" } } });
  const { stateMachineArn } = await cloud.call("stepfunctions", "CreateStateMachine", {
    name: "m",
    roleArn: "arn:aws:iam::000000000000:role/r",
    definition: definition("1"),
  });
  const versions: string[] = [];
  for (const comment of ["1", "2"]) {
    await cloud.call("stepfunctions", "UpdateStateMachine", {
      stateMachineArn,
      definition: definition(comment),
    });
    const { stateMachineVersionArn } = await cloud.call("stepfunctions", "PublishStateMachineVersion", {
      stateMachineArn,
    });
    versions.push(stateMachineVersionArn);
  }
  const stateMachineAliasArn = `${stateMachineArn}:live`;
  return {
    cloud,
    types: provisioner(cloud),
    versions,
    weights: async () => {
      const { routingConfiguration } = await cloud.call("stepfunctions", "DescribeStateMachineAlias", {
        stateMachineAliasArn,
      });
      return routingConfiguration.map((each: { stateMachineVersionArn: string; weight: number }) => [
        each.stateMachineVersionArn.slice(-2),
        each.weight,
      ]);
    },
  };
}

const alias = (StateMachineVersionArn: string, more: object = { Type: "ALL_AT_ONCE" }) => ({
  Name: "live",
  DeploymentPreference: { StateMachineVersionArn, ...more },
});

test("an alias is moved all at once", async () => {
  const { types, versions, weights } = await setting();
  const [first = "", second = ""] = versions;
  const { id } = await types.create(type, alias(first));
  expect(await weights()).toEqual([[":1", 100]]);
  await types.update(type, id, alias(second), alias(first));
  expect(await weights()).toEqual([[":2", 100]]);
});

test.each([
  ["CANARY", 10, [10, 100]],
  ["LINEAR", 40, [40, 80, 100]],
])("an alias is moved by %s of %d percent", async (Type, Percentage, steps) => {
  const { cloud, types, versions, weights } = await setting();
  const [first = "", second = ""] = versions;
  const preference = { Type, Percentage, Interval: 5 };
  const { id } = await types.create(type, alias(first, preference));
  let over = false;
  const moved = types.update(type, id, alias(second, preference), alias(first)).then(() => {
    over = true;
  });
  const seen: number[] = [];
  for (const step of steps) {
    await cloud.settle();
    const weight = new Map(await weights()).get(":2");
    seen.push(weight ?? 0);
    if (step < 100) {
      expect(over).toBe(false);
      await cloud.advance(300_000);
    }
  }
  await moved;
  expect(seen).toEqual(steps);
});

test.each([
  [{ Type: "SOMETIMES" }, "ALL_AT_ONCE, CANARY or LINEAR"],
  [{ Type: "LINEAR" }, "Percentage and Interval are required"],
  [{ Type: "CANARY", Percentage: 100, Interval: 1 }, "from 1 to 99"],
  [{ Type: "ALL_AT_ONCE", Alarms: ["a"] }, "Cumulet does not implement Alarms"],
])("a preference that cannot be is refused (%#)", async (preference, message) => {
  const { types, versions } = await setting();
  await expect(types.create(type, alias(versions[0] ?? "", preference))).rejects.toThrow(message);
});
