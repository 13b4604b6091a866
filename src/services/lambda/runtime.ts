// Which runtimes can be asked for, and the ARN that names a runtime's version.

import { createHash } from "node:crypto";
import { notImplemented } from "../../core/fault.ts";
import type { Runtime } from "../../model/generated/lambda.d.ts";
import { invalid } from "./model.ts";

const families = /^(?:nodejs(?:18|20|22|24)\.x|python3\.(?:9|\d\d)|provided(?:\.al2|\.al2023)?)$/;

/** The old runtimes that AWS no longer accepts for new functions. */
const retired =
  /^(?:nodejs(?:4\.3(?:-edge)?|6\.10|8\.10|1[0246]\.x)?|python(?:2\.7|3\.[678])|java8|dotnetcore.*|dotnet6|ruby2\..|go1\.x)$/;

export function checkRuntime(runtime: Runtime): void {
  if (families.test(runtime)) return;
  if (retired.test(runtime)) {
    throw invalid(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
  throw notImplemented("lambda", `the Lambda runtime ${runtime}`);
}

/** AWS names a runtime's version by a hash; ours stays the same for a runtime. */
export function runtimeVersionArn(runtime: Runtime, region: string): string {
  return `arn:aws:lambda:${region}::runtime:${createHash("sha256").update(runtime).digest("hex")}`;
}
