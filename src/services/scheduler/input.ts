// What a schedule's target receives: the schedule's input with its context
// attributes filled in, or an event that tells of the moment.

import type { Place } from "../../core/place.ts";
import type { Target } from "../../model/generated/scheduler.d.ts";

export interface Execution {
  readonly at: number;
  readonly executionId: string;
  readonly failures: number;
  readonly target: Target;
}

export function inputOf(place: Place, execution: Execution, arn: string): string {
  const { at, executionId, failures, target } = execution;
  const time = `${new Date(at).toISOString().slice(0, 19)}Z`;
  if (target.Input === undefined) {
    return JSON.stringify({
      version: "0",
      id: executionId,
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      account: place.account,
      time,
      region: place.region,
      resources: [arn],
      // A text, not an object: so it is on AWS.
      detail: "{}",
    });
  }
  return target.Input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name: string) => {
    switch (name) {
      case "schedule-arn":
        return arn;
      case "scheduled-time":
        return time;
      case "execution-id":
        return executionId;
      case "attempt-number":
        return String(failures + 1);
      default:
        return whole;
    }
  });
}
