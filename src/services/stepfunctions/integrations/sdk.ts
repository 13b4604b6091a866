// `arn:aws:states:::aws-sdk:<service>:<operation>`: every operation of every
// modelled service, with nothing known of any of them.

import { loadModel } from "../../../model/load.ts";
import { callService, shapesOf } from "./call.ts";
import type { Pattern, TaskIntegration } from "./integration.ts";
import { capitalized, sdkService } from "./names.ts";
import { unavailableSdk } from "./unavailable.ts";

/** Undefined where there is no such service or operation. */
export function sdkIntegration(service: string, api: string, pattern: Pattern): TaskIntegration | undefined {
  const entry = sdkService(service);
  if (pattern === "sync" || !/^[a-z]\w*$/.test(api)) return undefined;
  if (entry === undefined) return unavailableSdk(service, api, pattern);
  const operation = capitalized(api);
  if (!loadModel(entry.name).operations.has(operation)) return undefined;
  const call = { service: entry.name, operation };
  return {
    resourceType: `aws-sdk:${service}`,
    resource: pattern === "token" ? `${api}.waitForTaskToken` : api,
    kind: "task",
    pattern,
    ...shapesOf(call),
    run: (aim, ctx) => callService(call, aim.input, aim, ctx),
  };
}
