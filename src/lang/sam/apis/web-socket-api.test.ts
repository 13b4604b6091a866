// What SAM's own translator (1.115) makes of WebSocket APIs.

import { describe, expect, it } from "vitest";
import type { Fields } from "../../template/value.ts";
import { expandServerless } from "../transform.ts";

function resourcesOf(Properties: Fields): Readonly<Record<string, Fields>> {
  const Resources = { Chat: { Type: "AWS::Serverless::WebSocketApi", Properties } };
  return expandServerless({ Resources }, { parameters: {}, region: "us-east-1" }).Resources as never;
}

const base = {
  RouteSelectionExpression: "$request.body.action",
  Routes: { $connect: { FunctionArn: "fn" } },
};
// biome-ignore lint/suspicious/noTemplateCurlyInString: for Fn::Sub.
const arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}";
const invocation = (name: string, value: string) => ({
  "Fn::Sub": [
    `arn:$\{AWS::Partition}:apigateway:$\{AWS::Region}:lambda:path/2015-03-31/functions/\${${name}}/invocations`,
    { [name]: value },
  ],
});

describe("AWS::Serverless::WebSocketApi", () => {
  it("becomes an API, a stage, and for each route a route, an integration and a permission", () => {
    expect(resourcesOf(base)).toEqual({
      Chat: {
        Type: "AWS::ApiGatewayV2::Api",
        Properties: {
          Name: "Chat",
          ProtocolType: "WEBSOCKET",
          RouteSelectionExpression: "$request.body.action",
          Tags: { "websocketapi:createdBy": "SAM" },
        },
      },
      ChatConnectRoute: {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: {
          ApiId: { Ref: "Chat" },
          RouteKey: "$connect",
          Target: { "Fn::Join": ["/", ["integrations", { Ref: "ChatConnectIntegration" }]] },
        },
      },
      ChatConnectIntegration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId: { Ref: "Chat" },
          IntegrationType: "AWS_PROXY",
          IntegrationUri: invocation("FunctionArn", "fn"),
        },
      },
      ChatConnectPermission: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: "fn",
          Principal: "apigateway.amazonaws.com",
          SourceArn: { "Fn::Sub": `${arn}:$\{Chat.ApiId}/default/$connect` },
        },
      },
      ChatDefaultStage: {
        Type: "AWS::ApiGatewayV2::Stage",
        Properties: {
          ApiId: { Ref: "Chat" },
          StageName: "default",
          Tags: { "websocketapi:createdBy": "SAM" },
          AutoDeploy: true,
        },
      },
    });
  });

  it("has an authorizer for $connect, and the settings of its stage", () => {
    const made = resourcesOf({
      ...base,
      StageName: "prod",
      PropagateTags: true,
      Tags: { a: "b" },
      RouteSettings: { $connect: { ThrottlingBurstLimit: 5 } },
      Auth: { AuthType: "CUSTOM", AuthArn: "guard", IdentitySource: ["route.request.header.Authorization"] },
    });
    expect(made.ChatConnectRoute!.Properties).toMatchObject({
      AuthorizationType: "CUSTOM",
      AuthorizerId: { Ref: "ChatConnectAuthorizer" },
    });
    expect(made.ChatConnectAuthorizer!.Properties).toEqual({
      ApiId: { Ref: "Chat" },
      AuthorizerType: "REQUEST",
      AuthorizerUri: invocation("AuthArn", "guard"),
      IdentitySource: ["route.request.header.Authorization"],
      Name: "ChatConnectAuthorizer",
    });
    expect(made.ChatAuthorizerPermission!.Properties).toMatchObject({
      FunctionName: "guard",
      SourceArn: { "Fn::Sub": [`${arn}:$\{__ApiId__}/authorizers/*`, { __ApiId__: { Ref: "Chat" } }] },
    });
    expect(made.ChatprodStage).toMatchObject({
      DependsOn: ["ChatConnectRoute"],
      Properties: { StageName: "prod", Tags: { a: "b", "websocketapi:createdBy": "SAM" } },
    });
  });

  it.each<[string, Fields, string]>([
    ["no routes", { Routes: {} }, "WebSocket API must have at least one route."],
    ["a route without a function", { Routes: { a: {} } }, "Route must have associated function."],
    [
      "an authorizer that is unknown",
      { Auth: { AuthType: "JWT" } },
      "AuthType is not one of AWS_IAM, CUSTOM or NONE.",
    ],
    [
      "no function to ask",
      { Auth: { AuthType: "CUSTOM" } },
      "AuthArn must be specified if AuthType is CUSTOM.",
    ],
    [
      "nobody to authorize",
      { Auth: { AuthType: "AWS_IAM" }, Routes: { a: { FunctionArn: "fn" } } },
      "Authorization is only available if there is a $connect route.",
    ],
    [
      "a route that cannot be named",
      { Routes: { "a-b": { FunctionArn: "fn" } } },
      "Route key 'a-b' must be alphanumeric. Only $connect, $disconnect, and $default special routes are supported.",
    ],
    [
      "parameters of a message",
      { Routes: { a: { FunctionArn: "fn", RequestParameters: {} } } },
      "Request parameters are only supported for the $connect route in WebSocket APIs.",
    ],
    [
      "a stage without a name",
      { StageName: "$default" },
      "Stages cannot be named $default for WebSocket APIs.",
    ],
  ])("is refused with %s", (_, changes, message) => {
    expect(() => resourcesOf({ ...base, ...changes })).toThrow(
      `Resource with id [Chat] is invalid. ${message}`,
    );
  });
});
