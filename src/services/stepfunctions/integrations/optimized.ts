// The optimized integrations that are one call of one operation, and the
// parameters that are JSON where the API wants text.

import type { Json } from "../asl/data/scope.ts";
import { StateError } from "../asl/data/scope.ts";
import { callService, shapesOf, withMetadata } from "./call.ts";
import type { OptimizedName } from "./failures.ts";
import type { Pattern, TaskAim, TaskIntegration } from "./integration.ts";
import { capitalized } from "./names.ts";

interface OptimizedService {
  readonly service: string;
  readonly name: OptimizedName;
  readonly operations: Readonly<Record<string, readonly Pattern[]>>;
}

const request: readonly Pattern[] = ["request"];
const requestOrToken: readonly Pattern[] = ["request", "token"];

function named(prefix: string, client: string): OptimizedName {
  return { prefix, client, fallback: `${client}Exception` };
}

/** By the name in `arn:aws:states:::<service>:...`. */
export const services: Readonly<Record<string, OptimizedService>> = {
  dynamodb: {
    service: "dynamodb",
    name: { prefix: "DynamoDB", client: "AmazonDynamoDBv2", fallback: "AmazonDynamoDBException" },
    operations: { getItem: request, putItem: request, updateItem: request, deleteItem: request },
  },
  sqs: {
    service: "sqs",
    name: named("SQS", "AmazonSQS"),
    operations: { sendMessage: requestOrToken },
  },
  sns: {
    service: "sns",
    name: named("SNS", "AmazonSNS"),
    operations: { publish: requestOrToken },
  },
  events: {
    service: "events",
    name: named("EventBridge", "AmazonEventBridge"),
    operations: { putEvents: requestOrToken },
  },
  codebuild: {
    service: "codebuild",
    name: named("CodeBuild", "AWSCodeBuild"),
    operations: { stopBuild: request, batchDeleteBuilds: request, batchGetReports: request },
  },
  athena: {
    service: "athena",
    name: named("Athena", "AmazonAthena"),
    operations: { stopQueryExecution: request, getQueryExecution: request, getQueryResults: request },
  },
  "emr-serverless": {
    service: "emr-serverless",
    name: named("EMRServerless", "AWSEMRServerless"),
    operations: {},
  },
  sagemaker: {
    service: "sagemaker",
    name: named("SageMaker", "AmazonSageMaker"),
    operations: {
      createEndpoint: request,
      createEndpointConfig: request,
      createModel: request,
      updateEndpoint: request,
    },
  },
  ecs: { service: "ecs", name: named("ECS", "AmazonECS"), operations: {} },
  batch: { service: "batch", name: named("Batch", "AWSBatch"), operations: {} },
  glue: { service: "glue", name: named("Glue", "AWSGlue"), operations: {} },
  states: { service: "stepfunctions", name: named("StepFunctions", "AWSStepFunctions"), operations: {} },
};

export function optimizedIntegration(
  service: string,
  api: string,
  pattern: Pattern,
): TaskIntegration | undefined {
  const known = services[service];
  if (known === undefined || !known.operations[api]?.includes(pattern)) return undefined;
  const call = { service: known.service, operation: capitalized(api), optimized: known.name };
  return {
    resourceType: service,
    resource: pattern === "token" ? `${api}.waitForTaskToken` : api,
    kind: "task",
    pattern,
    ...shapesOf(call),
    run: async (aim, ctx) => {
      const parameters = service === "events" ? withSources(aim) : aim.input;
      const output = await callService(call, parameters, aim, ctx);
      if (service === "events") failOnFailedEntries(output);
      return withMetadata(output, ctx);
    },
  };
}

/** AWS adds the execution and its machine to the resources of each event. */
function withSources(aim: TaskAim): Json {
  const input = aim.input as { readonly Entries?: readonly Readonly<Record<string, Json>>[] };
  if (!Array.isArray(input.Entries)) return aim.input;
  const sources = [aim.executionArn, ...(aim.stateMachineArn === undefined ? [] : [aim.stateMachineArn])];
  return {
    ...input,
    Entries: input.Entries.map((entry: Readonly<Record<string, Json>>) => ({
      ...entry,
      Resources: [
        ...(Array.isArray(entry.Resources) ? (entry.Resources as readonly Json[]) : []),
        ...sources,
      ],
    })),
  };
}

function failOnFailedEntries(output: Readonly<Record<string, Json>>): void {
  if (Number(output.FailedEntryCount ?? 0) === 0) return;
  throw new StateError("EventBridge.FailedEntry", JSON.stringify(output));
}
