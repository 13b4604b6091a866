// boto3 against a running cloud: the suites are Python files beside this one.

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { available, run } from "./support/client.ts";
import { startCloud } from "./support/cloud.ts";

interface Outcome {
  readonly suite: string;
  readonly name: string;
  readonly error?: string;
}

const found = available("python3", ["-c", "import boto3"]);

async function outcomes(): Promise<readonly Outcome[]> {
  if (!found) return [];
  const cloud = await startCloud();
  try {
    const finished = await run("python3", [join(import.meta.dirname, "boto3/run.py")], { env: cloud.env });
    if (finished.code !== 0) return [{ suite: "all", name: "the runner ends well", error: finished.stderr }];
    return finished.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Outcome);
  } finally {
    await cloud.stop();
  }
}

const all = await outcomes();

describe.skipIf(!found)("boto3", () => {
  test("runs its suites", () => expect(all.length).toBeGreaterThan(0));
  for (const { suite, name, error } of all) test(`${suite}: ${name}`, () => expect(error).toBeUndefined());
});
