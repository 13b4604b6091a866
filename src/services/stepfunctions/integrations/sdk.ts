// `arn:aws:states:::aws-sdk:<service>:<operation>`: every operation of every
// modelled service, with nothing known of any of them.

import { loadModel } from "../../../model/load.ts";
import { callService } from "./call.ts";
import type { Pattern, TaskIntegration } from "./integration.ts";
import { capitalized, sdkService } from "./names.ts";

/** Undefined where there is no such service or operation. */
export function sdkIntegration(service: string, api: string, pattern: Pattern): TaskIntegration | undefined {
  const entry = sdkService(service);
  if (entry === undefined || pattern === "sync" || !/^[a-z]/.test(api)) return undefined;
  const operation = capitalized(api);
  if (!loadModel(entry.name).operations.has(operation)) return undefined;
  return {
    resourceType: `aws-sdk:${service}`,
    resource: pattern === "token" ? `${api}.waitForTaskToken` : api,
    kind: "task",
    pattern,
    run: (aim, ctx) => callService({ service: entry.name, operation }, aim.input, aim, ctx),
  };
}
