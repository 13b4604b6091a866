// SAM's resources as stacks: a function with its role and its queue, and what is refused.

import { expect, test } from "vitest";
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
