// What tests of secrets say again and again, said once.

import { onTestFinished } from "vitest";
import type { ServiceDefinition } from "../../core/service.ts";
import kms from "../kms/index.ts";
import { type Caller, type TestCloud, testCloud } from "../test-cloud.ts";
import secretsmanager from "./index.ts";

/** A cloud with Secrets Manager and KMS, gone when the test ends. */
export async function secretCloud(...more: readonly ServiceDefinition[]): Promise<TestCloud> {
  const cloud = await testCloud([secretsmanager, kms, ...more]);
  onTestFinished(async () => {
    await cloud.stop();
    const accidents = cloud.log.filter((entry) => entry.level === "error");
    if (accidents.length > 0) throw new Error(JSON.stringify(accidents));
  });
  return cloud;
}

export interface TestSecret {
  readonly name: string;
  readonly arn: string;
  readonly versionId: string;
  // biome-ignore lint/suspicious/noExplicitAny: as `Caller.call`.
  call(operation: string, input?: object): Promise<any>;
  text(input?: object): Promise<string>;
  /** By the first letter of the version's text. */
  stages(): Promise<Readonly<Record<string, readonly string[]>>>;
}

export async function testSecret(
  cloud: Pick<Caller, "call">,
  Name = "s",
  input: object = { SecretString: "one" },
): Promise<TestSecret> {
  const { ARN, VersionId } = await cloud.call("secretsmanager", "CreateSecret", { Name, ...input });
  const call: TestSecret["call"] = (operation, more = {}) =>
    cloud.call("secretsmanager", operation, { SecretId: Name, ...more });
  return {
    name: Name,
    arn: ARN,
    versionId: VersionId,
    call,
    text: async (more) => (await call("GetSecretValue", more)).SecretString,
    stages: async () => {
      const { VersionIdsToStages = {} } = await call("DescribeSecret");
      const entries = Object.entries(VersionIdsToStages as Record<string, readonly string[]>).map(
        async ([VersionId, stages]) =>
          [(await call("GetSecretValue", { VersionId })).SecretString, [...stages].sort()] as const,
      );
      return Object.fromEntries(await Promise.all(entries));
    },
  };
}

export const token = (digit: string): string => digit.repeat(32);
