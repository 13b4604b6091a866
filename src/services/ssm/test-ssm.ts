// What tests of parameters say again and again, said once.

import { onTestFinished } from "vitest";
import { defineService, type ServiceDefinition } from "../../core/service.ts";
import type { Events } from "../../model/generated/events.d.ts";
import { modelOf } from "../../model/handle.ts";
import kms from "../kms/index.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import ssm from "./index.ts";

export interface SsmCloud {
  readonly cloud: TestCloud;
  // biome-ignore lint/suspicious/noExplicitAny: as `Caller.call`.
  call(operation: string, input?: object): Promise<any>;
  /** `put("/a", "one", { Overwrite: true })`. */
  // biome-ignore lint/suspicious/noExplicitAny: as `Caller.call`.
  put(Name: string, Value: string, more?: object): Promise<any>;
  /** The value of what a request names. */
  value(Name: string, more?: object): Promise<string>;
}

/** A cloud with Parameter Store and KMS, gone when the test ends. */
export async function ssmCloud(...more: readonly ServiceDefinition[]): Promise<SsmCloud> {
  const cloud = await testCloud([ssm, kms, ...more]);
  onTestFinished(async () => {
    await cloud.stop();
    const accidents = cloud.log.filter((entry) => entry.level === "error");
    if (accidents.length > 0) throw new Error(JSON.stringify(accidents));
  });
  const call: SsmCloud["call"] = (operation, input) => cloud.call("ssm", operation, input);
  return {
    cloud,
    call,
    put: (Name, Value, given = {}) => call("PutParameter", { Name, Value, Type: "String", ...given }),
    value: async (Name, given = {}) => (await call("GetParameter", { Name, ...given })).Parameter.Value,
  };
}

/** A service that writes down what all others tell. */
export function listener() {
  const heard: Readonly<Record<string, unknown>>[] = [];
  const service = defineService<Events>({
    model: modelOf<Events>("events"),
    resources: [],
    operations: {},
    overhears: async (_source, event) => {
      heard.push(event);
    },
  });
  return { heard, service };
}
