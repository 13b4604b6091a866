// Published versions: configurations that no longer change.

import { defineResource } from "../../core/resource.ts";
import type { Configuration } from "./configuration.ts";

export interface Version extends Configuration {
  readonly number: number;
}

export const VersionRecord = defineResource<Version>()({
  service: "lambda",
  type: "version",
  key: (version) => [version.functionName, version.number],
  cached: true,
});
