// `Globals`: properties that all resources of a type share. Maps are merged, lists
// are put one after the other, anything else is overridden by the resource.

import { TemplateError } from "../template/error.ts";
import { calledFunction } from "../template/evaluate.ts";
import { type Fields, isFields, type Value } from "../template/value.ts";
import { documentInvalid } from "./refusal.ts";

const supported: Readonly<Record<string, readonly string[]>> = {
  Api: [
    "Auth",
    "Name",
    "DefinitionUri",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "MergeDefinitions",
    "Variables",
    "EndpointConfiguration",
    "MethodSettings",
    "BinaryMediaTypes",
    "MinimumCompressionSize",
    "Cors",
    "GatewayResponses",
    "AccessLogSetting",
    "CanarySetting",
    "TracingEnabled",
    "OpenApiVersion",
    "Domain",
    "AlwaysDeploy",
    "PropagateTags",
    "SecurityPolicy",
    "EndpointAccessMode",
  ],
  Function: [
    "Handler",
    "Runtime",
    "CodeUri",
    "DeadLetterQueue",
    "Description",
    "MemorySize",
    "Timeout",
    "VpcConfig",
    "Environment",
    "Tags",
    "PropagateTags",
    "Tracing",
    "KmsKeyArn",
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "Layers",
    "DeploymentPreference",
    "RolePath",
    "PermissionsBoundary",
    "ReservedConcurrentExecutions",
    "ProvisionedConcurrencyConfig",
    "AssumeRolePolicyDocument",
    "EventInvokeConfig",
    "FileSystemConfigs",
    "CodeSigningConfigArn",
    "Architectures",
    "SnapStart",
    "EphemeralStorage",
    "FunctionUrlConfig",
    "RuntimeManagementConfig",
    "LoggingConfig",
    "RecursiveLoop",
    "SourceKMSKeyArn",
    "TenancyConfig",
    "DurableConfig",
    "CapacityProviderConfig",
    "FunctionScalingConfig",
    "PublishToLatestPublished",
    "VersionDeletionPolicy",
  ],
  HttpApi: [
    "Auth",
    "AccessLogSettings",
    "StageVariables",
    "Tags",
    "CorsConfiguration",
    "DefaultRouteSettings",
    "Domain",
    "RouteSettings",
    "FailOnWarnings",
    "PropagateTags",
  ],
  LayerVersion: ["PublishLambdaVersion"],
  SimpleTable: ["SSESpecification"],
  StateMachine: ["PropagateTags"],
  WebSocketApi: [
    "AccessLogSettings",
    "ApiKeySelectionExpression",
    "DefaultRouteSettings",
    "DisableExecuteApiEndpoint",
    "DisableSchemaValidation",
    "Domain",
    "FailOnWarnings",
    "IpAddressType",
    "PropagateTags",
    "RouteSelectionExpression",
    "RouteSettings",
    "StageVariables",
    "Tags",
  ],
  CapacityProvider: [
    "VpcConfig",
    "OperatorRole",
    "Tags",
    "InstanceRequirements",
    "ScalingConfig",
    "KmsKeyArn",
    "PropagateTags",
  ],
};

export function globalsOf(template: Fields): Readonly<Record<string, Fields>> {
  const given = template.Globals;
  if (given === undefined || given === null) return {};
  const invalid = (message: string): never => {
    throw new TemplateError(documentInvalid([`'Globals' section is invalid. ${message}`]));
  };
  const quoted = (names: readonly string[]): string => `[${names.map((each) => `'${each}'`).join(", ")}]`;
  if (!isFields(given)) return invalid("It must be a non-empty dictionary");
  const result: Record<string, Fields> = {};
  for (const [type, properties] of Object.entries(given)) {
    const known = supported[type];
    if (known === undefined)
      return invalid(
        `'${type}' is not supported. Must be one of the following values - ${quoted(Object.keys(supported).sort())}`,
      );
    if (!isFields(properties)) return invalid(`Value of ${type} must be a dictionary`);
    for (const name of Object.keys(properties)) {
      if (!known.includes(name))
        invalid(
          `'${name}' is not a supported property of '${type}'. Must be one of the following values - ${quoted(known)}`,
        );
    }
    result[`AWS::Serverless::${type}`] = properties;
  }
  return result;
}

export function merged(shared: Value | undefined, own: Value | undefined): Value {
  if (own === undefined) return shared ?? null;
  if (shared === undefined) return own;
  if (Array.isArray(shared) && Array.isArray(own)) return [...shared, ...own];
  if (!isFields(shared) || !isFields(own)) return own;
  if (calledFunction(shared) !== undefined || calledFunction(own) !== undefined) return own;
  const result: Record<string, Value> = { ...shared };
  for (const [name, value] of Object.entries(own)) result[name] = merged(shared[name], value);
  return result;
}
