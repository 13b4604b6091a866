// `AWS::Serverless::Api` as a stack: events, CORS, an authorizer, keys and
// logs; changed and removed without leftovers.

import { expect, test } from "vitest";
import { stackCloud } from "../../cloudformation/test-stacks.ts";
import lambda from "../../lambda/index.ts";
import apigateway from "../index.ts";

const template = (path: string) => ({
  Transform: "AWS::Serverless-2016-10-31",
  Resources: {
    Api: {
      Type: "AWS::Serverless::Api",
      Properties: {
        StageName: "prod",
        Name: "shop",
        Cors: "'*'",
        BinaryMediaTypes: ["image~1png"],
        EndpointConfiguration: { Type: "REGIONAL" },
        TracingEnabled: true,
        Variables: { table: "orders" },
        MethodSettings: [{ ResourcePath: "/*", HttpMethod: "*", ThrottlingRateLimit: 50 }],
        GatewayResponses: { UNAUTHORIZED: { StatusCode: 401 } },
        Auth: {
          ApiKeyRequired: true,
          UsagePlan: { CreateUsagePlan: "PER_API", Quota: { Limit: 100, Period: "DAY" } },
          Authorizers: { Token: { FunctionArn: { "Fn::GetAtt": ["Worker", "Arn"] } } },
          DefaultAuthorizer: "Token",
          AddDefaultAuthorizerToCorsPreflight: false,
        },
      },
    },
    Worker: {
      Type: "AWS::Serverless::Function",
      Properties: {
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        InlineCode: "exports.handler = async () => ({ statusCode: 200 });",
        Events: {
          Get: { Type: "Api", Properties: { Path: path, Method: "get", RestApiId: { Ref: "Api" } } },
          Any: { Type: "Api", Properties: { Path: "/{proxy+}", Method: "any", RestApiId: { Ref: "Api" } } },
        },
      },
    },
  },
  Outputs: { Id: { Value: { Ref: "Api" } }, Root: { Value: { "Fn::GetAtt": ["Api", "RootResourceId"] } } },
});

test("an API of SAM's deploys with its events, is changed, and goes without leftovers", async () => {
  const stacks = await stackCloud([apigateway, lambda]);
  const call = (operation: string, input: object) => stacks.cloud.call("apigateway", operation, input);
  const settled = async () => {
    let stack = await stacks.describe("shop");
    for (let second = 0; second < 120 && stack.StackStatus.endsWith("_IN_PROGRESS"); second++) {
      await stacks.cloud.advance(1000);
      stack = await stacks.describe("shop");
    }
    return stack;
  };
  await stacks.create("shop", template("/orders/{id}"));
  const stack = await settled();
  expect([stack.StackStatus, await stacks.events("shop")]).toEqual(["CREATE_COMPLETE", expect.anything()]);
  const restApiId = stack.outputs.Id!;
  expect(await call("GetRestApi", { restApiId })).toMatchObject({
    name: "shop",
    rootResourceId: stack.outputs.Root,
    binaryMediaTypes: ["image/png"],
    endpointConfiguration: { types: ["REGIONAL"] },
  });
  const methodOf = async (path: string, httpMethod: string) => {
    const { items } = await call("GetResources", { restApiId, embed: ["methods"] });
    return items.find((each: { path: string }) => each.path === path)?.resourceMethods?.[httpMethod];
  };
  expect(await methodOf("/orders/{id}", "GET")).toMatchObject({
    authorizationType: "CUSTOM",
    apiKeyRequired: true,
    methodIntegration: { type: "AWS_PROXY", uri: expect.stringContaining(":function:") },
  });
  expect(await methodOf("/orders/{id}", "OPTIONS")).toMatchObject({
    authorizationType: "NONE",
    methodIntegration: { type: "MOCK", integrationResponses: { 200: { statusCode: "200" } } },
  });
  const stage = await call("GetStage", { restApiId, stageName: "prod" });
  expect(stage).toMatchObject({
    tracingEnabled: true,
    variables: { table: "orders" },
    methodSettings: { "*/*": { throttlingRateLimit: 50 } },
  });
  const { items: plans } = await call("GetUsagePlans", {});
  expect(plans).toMatchObject([{ quota: { limit: 100 }, apiStages: [{ apiId: restApiId, stage: "prod" }] }]);
  const { StackDriftDetectionId } = await stacks.call("DetectStackDrift", { StackName: "shop" });
  await stacks.cloud.advance(60_000);
  const drift = await stacks.call("DescribeStackDriftDetectionStatus", { StackDriftDetectionId });
  const { StackResourceDrifts } = await stacks.call("DescribeStackResourceDrifts", {
    StackName: "shop",
    StackResourceDriftStatusFilters: ["MODIFIED", "DELETED"],
  });
  expect([drift.DetectionStatus, StackResourceDrifts]).toEqual(["DETECTION_COMPLETE", []]);
  const updated = await stacks.update("shop", template("/parcels"));
  expect([updated.StackStatus, (await settled()).StackStatus][1]).toBe("UPDATE_COMPLETE");
  expect(await methodOf("/parcels", "GET")).toBeDefined();
  expect(await methodOf("/orders/{id}", "GET")).toBeUndefined();
  const after = await call("GetStage", { restApiId, stageName: "prod" });
  expect(after.deploymentId).not.toBe(stage.deploymentId);
  await stacks.delete("shop");
  await stacks.cloud.advance(60_000);
  for (const operation of ["GetRestApis", "GetUsagePlans", "GetApiKeys"]) {
    expect((await call(operation, {})).items, operation).toEqual([]);
  }
});
