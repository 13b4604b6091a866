// Nothing pretends: an operation that is not there answers `NotImplemented` and
// names itself, in its protocol's own error shape, for every service whose model
// is compiled in.

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { services } from "../src/app/services.generated.ts";
import { loadModel } from "../src/model/load.ts";
import { type ServiceName, serviceNames } from "../src/model/services.ts";
import { available, must } from "./support/client.ts";
import { startCloud } from "./support/cloud.ts";

interface Asked {
  readonly service: string;
  readonly operation: string;
}

type Outcome = Asked & Readonly<Record<string, unknown>>;

const found = available("python3", ["-c", "import botocore"]);

/** The first operation that nobody has written; undefined where all of them stand. */
async function missingOf(service: ServiceName): Promise<Asked | undefined> {
  const definition = await services.find(({ name }) => name === service)?.load();
  const operations = [...loadModel(service).operations.values()]
    .filter((each) => definition?.operations[each.name] === undefined && each.authType !== "none")
    .map(({ name }) => name)
    .sort();
  // What reads needs least input, and says nothing less.
  const operation = operations.find((name) => /^(List|Describe|Get)/.test(name)) ?? operations[0];
  return operation === undefined ? undefined : { service, operation };
}

async function outcomes(): Promise<readonly Outcome[]> {
  const asked = (await Promise.all(serviceNames.map(missingOf))).filter((each) => each !== undefined);
  const cloud = await startCloud();
  try {
    const input = asked.map((each) => JSON.stringify(each)).join("\n");
    const script = join(import.meta.dirname, "not-implemented/call.py");
    const stdout = await must("python3", [script], { env: cloud.env, input });
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Outcome);
  } finally {
    await cloud.stop();
  }
}

const all = found ? await outcomes() : [];

describe.skipIf(!found)("an operation that is not there says so through botocore", () => {
  test("in every service that nobody has written, at least", () =>
    expect(all.length).toBeGreaterThanOrEqual(serviceNames.length - services.length));

  for (const outcome of all) {
    const { service, operation, protocol } = outcome;
    test(`${service} ${operation} (${protocol})`, () =>
      expect(outcome).toMatchObject({
        code: "NotImplemented",
        message: `Cumulet does not implement ${service}:${operation} yet.`,
        status: 501,
        requestId: expect.any(String),
      }));
  }
});
