// What the Resource of a Task stands for, by its ARN.

import { type Json, StateError } from "../asl/data/scope.ts";
import { apiGatewayIntegration } from "./api-gateway.ts";
import { httpIntegration } from "./http.ts";
import type { Pattern, TaskIntegration } from "./integration.ts";
import { functionIntegration, invokeIntegration } from "./lambda.ts";
import { nestedIntegration } from "./nested.ts";
import { optimizedIntegration } from "./optimized.ts";
import { sdkIntegration } from "./sdk.ts";
import { startedIntegration } from "./started.ts";
import { unavailableOptimized } from "./unavailable.ts";

export type { Pattern, TaskAim, TaskIntegration } from "./integration.ts";

/** Undefined where AWS knows no such resource. */
export function integrationFor(resource: string): TaskIntegration | undefined {
  const [, , service = "", , , type = "", ...rest] = resource.split(":");
  if (service === "lambda") return type === "function" ? functionIntegration(resource) : undefined;
  if (service !== "states") return undefined;
  if (type === "activity") return activityIntegration(resource);
  if (type === "aws-sdk") {
    const [target = "", api = ""] = rest;
    const { name, pattern } = split(api);
    return rest.length === 2 ? sdkIntegration(target, name, pattern) : undefined;
  }
  return serviceIntegration(type, rest.join(":"));
}

function serviceIntegration(service: string, api: string): TaskIntegration | undefined {
  const { name, pattern, version } = split(api);
  if (service === "states" && name === "startExecution" && (version === "" || version === "2")) {
    return nestedIntegration(pattern, version === "2");
  }
  if (version !== "") return undefined;
  if (service === "lambda")
    return name === "invoke" && pattern !== "sync" ? invokeIntegration(pattern) : undefined;
  if (service === "http") return name === "invoke" && pattern === "request" ? httpIntegration() : undefined;
  if (service === "apigateway")
    return name === "invoke" && pattern !== "sync" ? apiGatewayIntegration(pattern) : undefined;
  return (
    startedIntegration(service, name, pattern) ??
    optimizedIntegration(service, name, pattern) ??
    unavailableOptimized(service, name, pattern)
  );
}

function split(api: string): { readonly name: string; readonly pattern: Pattern; readonly version: string } {
  const [name = "", suffix = ""] = api.split(".", 2);
  const [word = "", version = ""] = suffix.split(":", 2);
  if (word === "sync") return { name, pattern: "sync", version };
  if (word === "waitForTaskToken") return { name, pattern: "token", version };
  return { name: suffix === "" ? name : api, pattern: "request", version: "" };
}

function activityIntegration(arn: string): TaskIntegration {
  return {
    resourceType: "activity",
    resource: arn,
    kind: "activity",
    pattern: "request",
    run: (): Promise<Json> =>
      Promise.reject(new StateError("States.Runtime", "An activity's task waits for its worker.")),
  };
}
