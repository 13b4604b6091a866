// A context and an aim for tests that run a task without a workflow around it.

import { servicePrincipal } from "../../../core/principal.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { TestCloud } from "../../test-cloud.ts";
import type { Json } from "../asl/data/scope.ts";
import type { TaskAim } from "./integration.ts";

export const account = "000000000000";
export const roleArn = `arn:aws:iam::${account}:role/workflow`;

/** The service's own context, as the engine's jobs have it. */
export function serviceContext(cloud: TestCloud): Waiting {
  return cloud.kernel.waiting(
    { account, region: "us-east-1" },
    {
      requestId: "test",
      principal: servicePrincipal("states.amazonaws.com", account),
      endpoint: "http://localhost:4566",
      sourceIp: "127.0.0.1",
      userAgent: "test",
    },
    { signal: new AbortController().signal },
  );
}

export function aimFor(resource: string, input: Json): TaskAim {
  return {
    resource,
    pattern: "request",
    input,
    roleArn,
    executionArn: `arn:aws:states:us-east-1:${account}:execution:m:e`,
    region: "us-east-1",
  };
}
