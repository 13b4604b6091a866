// SAM's resources as stacks: a function with its role and its queue, and what is refused.

import { expect, test } from "vitest";
import codedeploy from "../codedeploy/index.ts";
import lambda from "../lambda/index.ts";
import { stackCloud } from "./test-stacks.ts";

const Transform = "AWS::Serverless-2016-10-31";

test("a SAM function with an SQS event deploys, and goes without leftovers", async () => {
  const stacks = await stackCloud([lambda]);
  const template = {
    Transform,
    Globals: { Function: { Runtime: "nodejs20.x", Timeout: 7 } },
    Resources: {
      Orders: { Type: "AWS::SQS::Queue" },
      Worker: {
        Type: "AWS::Serverless::Function",
        Properties: {
          Handler: "index.handler",
          InlineCode: "exports.handler = async () => {};",
          AutoPublishAlias: "live",
          Policies: [{ SQSSendMessagePolicy: { QueueName: { "Fn::GetAtt": ["Orders", "QueueName"] } } }],
          Events: { Order: { Type: "SQS", Properties: { Queue: { "Fn::GetAtt": ["Orders", "Arn"] } } } },
        },
      },
    },
    Outputs: {
      Alias: { Value: { Ref: "Worker.Alias" } },
      Name: { Value: { Ref: "Worker" } },
    },
  };
  let stack = await stacks.create("shop", template);
  // A function becomes active, and a mapping enabled, a little after they are made.
  for (let second = 0; second < 60 && stack.StackStatus === "CREATE_IN_PROGRESS"; second++) {
    await stacks.cloud.advance(1000);
    stack = await stacks.describe("shop");
  }
  expect(await stacks.events("shop")).toContain("WorkerOrder CREATE_COMPLETE");
  expect(stack.StackStatus).toBe("CREATE_COMPLETE");
  expect(stack.outputs.Alias).toMatch(/:live$/);
  const { EventSourceMappings } = (await stacks.cloud.call("lambda", "ListEventSourceMappings", {
    FunctionName: stack.outputs.Alias,
  })) as { EventSourceMappings: readonly { FunctionArn: string }[] };
  expect(EventSourceMappings.map(({ FunctionArn }) => FunctionArn)).toEqual([stack.outputs.Alias]);
  const configuration = await stacks.cloud.call("lambda", "GetFunctionConfiguration", {
    FunctionName: stack.outputs.Name,
  });
  expect(configuration.Timeout).toBe(7);
  await stacks.delete("shop");
  await stacks.cloud.advance(60_000);
  const { Functions } = (await stacks.cloud.call("lambda", "ListFunctions", {})) as { Functions: unknown[] };
  expect(Functions).toEqual([]);
});

test("a function with a deployment preference moves to its new version in steps, and goes back if that fails", async () => {
  const stacks = await stackCloud([lambda, codedeploy]);
  const template = (code: string) => ({
    Transform,
    Resources: {
      Worker: {
        Type: "AWS::Serverless::Function",
        Properties: {
          Runtime: "nodejs20.x",
          Handler: "index.handler",
          InlineCode: `exports.handler = async () => ${code};`,
          AutoPublishAlias: "live",
          DeploymentPreference: { Type: "Canary10Percent5Minutes" },
        },
      },
    },
    Outputs: { Name: { Value: { Ref: "Worker" } } },
  });
  const settled = async (seconds: number) => {
    let stack = await stacks.describe("shop");
    for (let at = 0; at < seconds && stack.StackStatus.endsWith("IN_PROGRESS"); at++) {
      await stacks.cloud.advance(1000);
      stack = await stacks.describe("shop");
    }
    return stack;
  };
  await stacks.create("shop", template("1"));
  const made = await settled(60);
  expect(made.StackStatus).toBe("CREATE_COMPLETE");
  const alias = async () => {
    const { FunctionVersion, RoutingConfig } = (await stacks.cloud.call("lambda", "GetAlias", {
      FunctionName: made.outputs.Name,
      Name: "live",
    })) as { FunctionVersion: string; RoutingConfig?: { AdditionalVersionWeights?: object } };
    return [FunctionVersion, RoutingConfig?.AdditionalVersionWeights ?? {}];
  };
  await stacks.update("shop", template("2"));
  expect((await settled(60)).StackStatus).toBe("UPDATE_IN_PROGRESS");
  expect(await alias()).toEqual(["1", { 2: 0.1 }]);
  expect((await settled(400)).StackStatus).toMatch(/^UPDATE_COMPLETE/);
  expect(await alias()).toEqual(["2", {}]);
  await stacks.update("shop", template("3"));
  await settled(60);
  const { deployments } = (await stacks.cloud.call("codedeploy", "ListDeployments", {
    includeOnlyStatuses: ["InProgress"],
  })) as { deployments: readonly string[] };
  expect(deployments.length).toBe(1);
  await stacks.cloud.call("codedeploy", "StopDeployment", { deploymentId: deployments[0] });
  expect((await settled(400)).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  expect(await alias()).toEqual(["2", {}]);
});

test("a SAM template that is invalid is refused in SAM's words", async () => {
  const stacks = await stackCloud();
  const TemplateBody = JSON.stringify({
    Transform,
    Resources: { F: { Type: "AWS::Serverless::Function", Properties: { Color: "red" } } },
  });
  await expect(
    stacks.call("CreateStack", { StackName: "bad", TemplateBody, Capabilities: ["CAPABILITY_AUTO_EXPAND"] }),
  ).rejects.toThrow(
    "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: 1. Resource with id [F] is invalid. property Color not defined for resource of type AWS::Serverless::Function",
  );
});
