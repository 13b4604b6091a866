// An account for IAM's tests: a cloud with IAM alone, and short ways to call it.

import { expect } from "vitest";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import service from "./index.ts";

export interface TestAccount {
  readonly cloud: TestCloud;
  readonly call: (operation: string, input?: object) => ReturnType<TestCloud["call"]>;
  /** What the operation is refused with; fails where it succeeds. */
  readonly failure: (
    operation: string,
    input?: object,
  ) => Promise<{ readonly code: string; readonly message: string }>;
}

export async function testAccount(): Promise<TestAccount> {
  const cloud = await testCloud([service]);
  const call: TestAccount["call"] = (operation, input = {}) => cloud.call("iam", operation, input);
  return {
    cloud,
    call,
    failure: (operation, input = {}) =>
      call(operation, input).then(
        () => expect.unreachable(`${operation} succeeded`),
        (fault) => ({ code: fault.code, message: fault.message }),
      ),
  };
}

export const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

export const permissions = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::bucket/*" }],
});
