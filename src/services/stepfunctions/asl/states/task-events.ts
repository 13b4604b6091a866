// How a task shows in the history: plain Lambda functions and activities have
// events of their own, all else is a Task with a resource and its type.

import type { Json } from "../data/scope.ts";
import type { HistoryEventType, RecordDetails } from "../history-record.ts";

export interface TaskEvents {
  readonly kind: "task" | "lambda" | "activity";
  readonly scheduled: HistoryEventType;
  readonly started: HistoryEventType;
  readonly succeeded: HistoryEventType;
  readonly failed: HistoryEventType;
  readonly timedOut: HistoryEventType;
  /** Repeated in every event after the first. */
  readonly details: RecordDetails;
  readonly scheduledDetails: (
    input: Json,
    region: string,
    limits: { readonly timeout?: number | undefined; readonly heartbeat?: number | undefined },
    credentials: Json | undefined,
  ) => RecordDetails;
}

interface Described {
  readonly resourceType: string;
  readonly resource: string;
  readonly kind: "task" | "lambda" | "activity";
}

export function eventsOf(arn: string, integration: Described | undefined): TaskEvents {
  const kind = /^arn:[^:]+:states:[^:]*:\d+:activity:/.test(arn) ? "activity" : (integration?.kind ?? "task");
  const name = kind === "task" ? "Task" : kind === "lambda" ? "LambdaFunction" : "Activity";
  const { resourceType, resource } = integration ?? { resourceType: "", resource: arn };
  const details: RecordDetails = kind === "task" ? { resourceType, resource } : {};
  return {
    kind,
    scheduled: `${name}Scheduled`,
    started: `${name}Started`,
    succeeded: `${name}Succeeded`,
    failed: `${name}Failed`,
    timedOut: `${name}TimedOut`,
    details,
    scheduledDetails: (input, region, limits, credentials) => {
      const shared = {
        timeoutInSeconds: limits.timeout,
        ...(kind === "lambda" ? {} : { heartbeatInSeconds: limits.heartbeat }),
        ...(kind === "activity" || credentials === undefined
          ? {}
          : { taskCredentials: taskRole(credentials) }),
      };
      return kind === "task"
        ? { ...details, region, parameters: input, ...shared }
        : { resource: arn, input, ...shared };
    },
  };
}

function taskRole(credentials: Json): Json {
  const role =
    typeof credentials === "object" && credentials !== null && !Array.isArray(credentials)
      ? (credentials as { readonly [name: string]: Json }).RoleArn
      : undefined;
  return role === undefined ? {} : { roleArn: role };
}
