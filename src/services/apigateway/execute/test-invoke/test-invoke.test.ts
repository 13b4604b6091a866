import { afterEach, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../../../test-cloud.ts";
import apigateway from "../../index.ts";
import { fakeLambda, functionUri } from "../testing/fake-lambda.ts";

let cloud: TestCloud;
afterEach(() => cloud.stop());

const call = (operation: string, input: object) => cloud.call("apigateway", operation, input);

test("a method is tried without a client, and its log tells how it went", async () => {
  cloud = await testCloud([apigateway]);
  const { id: restApiId, rootResourceId } = await call("CreateRestApi", { name: "a" });
  const { id: resourceId } = await call("CreateResource", {
    restApiId,
    parentId: rootResourceId,
    pathPart: "{id}",
  });
  const at = { restApiId, resourceId, httpMethod: "GET" };
  await call("PutMethod", { ...at, authorizationType: "AWS_IAM", apiKeyRequired: true });
  const requestTemplates = { "application/json": '{"statusCode": 200}' };
  await call("PutIntegration", { ...at, type: "MOCK", requestTemplates });
  await call("PutMethodResponse", { ...at, statusCode: "200" });
  const template =
    "$input.params('id') $input.params('q') $context.stage $stageVariables.v $context.identity.sourceIp";
  await call("PutIntegrationResponse", {
    ...at,
    statusCode: "200",
    responseTemplates: { "application/json": template },
  });
  const told = await call("TestInvokeMethod", {
    ...at,
    pathWithQueryString: "/7?q=x",
    headers: { "X-A": "1" },
    stageVariables: { v: "red" },
  });
  expect(told).toMatchObject({
    status: 200,
    body: "7 x test-invoke-stage red test-invoke-source-ip",
    headers: { "Content-Type": "application/json" },
    multiValueHeaders: { "Content-Type": ["application/json"] },
    latency: 0,
  });
  const lines = told.log.split("\n");
  expect(lines[0]).toMatch(/^Execution log for request [0-9a-f-]{36}$/);
  expect(lines.slice(1)).toEqual([
    expect.stringMatching(/^Mon Jan 01 00:00:00 UTC 2024 : Starting execution for request: /),
    "Mon Jan 01 00:00:00 UTC 2024 : HTTP Method: GET, Resource Path: /7",
    "Mon Jan 01 00:00:00 UTC 2024 : Method request path: {id=7}",
    "Mon Jan 01 00:00:00 UTC 2024 : Method request query string: {q=x}",
    "Mon Jan 01 00:00:00 UTC 2024 : Method request headers: {X-A=1}",
    "Mon Jan 01 00:00:00 UTC 2024 : Method request body before transformations: ",
    "Mon Jan 01 00:00:00 UTC 2024 : Method response body after transformations: 7 x test-invoke-stage red test-invoke-source-ip",
    "Mon Jan 01 00:00:00 UTC 2024 : Method response headers: {Content-Type=application/json}",
    "Mon Jan 01 00:00:00 UTC 2024 : Successfully completed execution",
    "Mon Jan 01 00:00:00 UTC 2024 : Method completed with status: 200",
    "",
  ]);
  await expect(call("TestInvokeMethod", { ...at, httpMethod: "POST" })).rejects.toMatchObject({
    code: "NotFoundException",
    message: "Invalid Method identifier specified",
  });
});

test("an authorizer is tried with a token, and without", async () => {
  const policyDocument = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }],
  };
  cloud = await testCloud([
    apigateway,
    fakeLambda(({ authorizationToken }) => ({ principalId: authorizationToken, policyDocument })),
  ]);
  const { id: restApiId } = await call("CreateRestApi", { name: "a" });
  const { id: authorizerId } = await call("CreateAuthorizer", {
    restApiId,
    name: "auth",
    type: "TOKEN",
    authorizerUri: functionUri,
    identitySource: "method.request.header.Auth",
  });
  const told = await call("TestInvokeAuthorizer", { restApiId, authorizerId, headers: { Auth: "ann" } });
  expect(told).toMatchObject({
    clientStatus: 200,
    principalId: "ann",
    policy: JSON.stringify(policyDocument),
  });
  expect(await call("TestInvokeAuthorizer", { restApiId, authorizerId })).toMatchObject({
    clientStatus: 401,
  });
});
