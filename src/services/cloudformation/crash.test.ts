// Random templates, created, updated and deleted in random order, with the
// process gone after any commit: in the end there is exactly what the template
// says.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Store } from "../../core/ports/store.ts";
import { openTestStore } from "../../store/testing/open.ts";
import { type StackCloud, stackCloud } from "./test-stacks.ts";

interface Declared {
  readonly delay: number;
  /** A queue's explicit name: another one replaces the queue. */
  readonly name: number | undefined;
  /** Bits: which of the queues before it needs. */
  readonly needs: number;
  readonly role: boolean;
  /** Of its properties or its order alone. */
  readonly byName: boolean;
}

interface Step {
  readonly template: readonly Declared[];
  /** Commits until the process is gone; undefined: it stays. */
  readonly crashAfter: number | undefined;
  /** The last resource cannot be made. */
  readonly fails: boolean;
}

const declared: fc.Arbitrary<Declared> = fc.record({
  delay: fc.integer({ min: 0, max: 3 }),
  name: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
  needs: fc.nat(255),
  role: fc.boolean(),
  byName: fc.boolean(),
});

const step: fc.Arbitrary<Step> = fc.record({
  template: fc.array(declared, { minLength: 1, maxLength: 6 }),
  crashAfter: fc.option(fc.nat(60), { nil: undefined }),
  fails: fc.boolean(),
});

const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

function templateOf({ template, fails }: Step): object {
  const Resources: Record<string, object> = {};
  // A resource's type cannot change: another type is another resource.
  const idOf = (at: number): string => `${template[at]?.role === true ? "Role" : "Queue"}${at}`;
  for (const [at, { delay, name, needs, role, byName }] of template.entries()) {
    const needed = template
      .map((_each, other) => other)
      .filter((other) => other < at && (needs >> other) & 1);
    const ids = needed.map(idOf);
    const Tags = [
      { Key: "needs", Value: byName ? { "Fn::Join": [",", ids.map((id) => ({ Ref: id }))] } : "none" },
    ];
    Resources[idOf(at)] = {
      ...(byName ? {} : { DependsOn: ids }),
      ...(role
        ? {
            Type: "AWS::IAM::Role",
            Properties: { AssumeRolePolicyDocument: trust, MaxSessionDuration: 3600 + delay },
          }
        : {
            Type: "AWS::SQS::Queue",
            Properties: {
              DelaySeconds: delay,
              Tags,
              ...(name === undefined ? {} : { QueueName: `q-${at}-${name}` }),
            },
          }),
    };
  }
  if (fails) {
    const DependsOn = Object.keys(Resources);
    Resources.Bad = { Type: "AWS::SQS::Queue", DependsOn, Properties: { DelaySeconds: 5000 } };
  }
  return { Resources };
}

interface Life {
  commits: number;
  died: () => void;
}

/** A store that is gone after so many commits: nothing that is asked of it afterwards happens. */
function mortal(store: Store, life: Life): Store {
  const gone = (): Promise<never> => {
    life.died();
    return new Promise(() => undefined);
  };
  return {
    ...store,
    transact: (body, attempts) => (life.commits-- > 0 ? store.transact(body, attempts) : gone()),
    read: (body) => (life.commits > 0 ? store.read(body) : gone()),
    watch: (topic, listener) => store.watch(topic, listener),
    clear: () => store.clear(),
    close: () => store.close(),
  };
}

test("a stack ends as its template says, whatever crashes on the way", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      const opened = await openTestStore();
      let life: Life = { commits: Number.POSITIVE_INFINITY, died: () => undefined };
      let now = Date.UTC(2024, 0, 1);
      const start = (): Promise<StackCloud> => {
        now += 1_000_000;
        life = { commits: Number.POSITIVE_INFINITY, died: () => undefined };
        // Another process has other ids.
        const seed = now / 1000;
        return stackCloud([], { opened: { ...opened, store: mortal(opened.store, life) }, now, seed });
      };
      let stacks = await start();
      /** Until nothing is left to do; where the process is gone meanwhile, by the next one. */
      const settleThrough = async (commits: number | undefined): Promise<void> => {
        const death = new Promise<boolean>((resolve) => {
          life.died = () => resolve(true);
        });
        life.commits = commits ?? Number.POSITIVE_INFINITY;
        const died = await Promise.race([death, stacks.cloud.settle().then(() => false)]);
        life.commits = died ? 0 : Number.POSITIVE_INFINITY;
        if (!died) return;
        stacks = await start();
        await stacks.cloud.settle();
      };
      const find = async (): Promise<{ StackStatus: string } | undefined> =>
        stacks.describe("s").catch(() => undefined);
      let standing = false;
      for (const each of steps) {
        const operation = standing ? "UpdateStack" : "CreateStack";
        const input = {
          StackName: "s",
          TemplateBody: JSON.stringify(templateOf(each)),
          Capabilities: ["CAPABILITY_IAM"],
        };
        const same = await stacks.call(operation, input).then(
          () => undefined,
          (error: Error) => error.message,
        );
        if (same !== undefined) {
          expect(same).toBe("No updates are to be performed.");
          continue;
        }
        await settleThrough(each.crashAfter);
        const status = (await find())?.StackStatus;
        if (each.fails) expect(status).toBe(standing ? "UPDATE_ROLLBACK_COMPLETE" : "ROLLBACK_COMPLETE");
        else expect(status).toBe(standing ? "UPDATE_COMPLETE" : "CREATE_COMPLETE");
        await matches(stacks, status !== "ROLLBACK_COMPLETE");
        if (status === "ROLLBACK_COMPLETE") await stacks.delete("s");
        else standing = true;
      }
      if (standing) {
        await stacks.call("DeleteStack", { StackName: "s" });
        await settleThrough(steps[0]?.crashAfter);
        expect(await find()).toBeUndefined();
      }
      await matches(stacks, false);
      await stacks.cloud.stop();
      await opened.store.close();
    }),
    { numRuns: 25 },
  );
}, 60_000);

/** What there is in the services is what the stack's records name, and nothing else. */
async function matches(stacks: StackCloud, exists: boolean): Promise<void> {
  const records = exists ? Object.values(await stacks.resources("s")) : [];
  const { QueueUrls = [] } = await stacks.cloud.call("sqs", "ListQueues");
  const { Roles } = await stacks.cloud.call("iam", "ListRoles");
  const there = [...QueueUrls, ...Roles.map(({ RoleName }: { RoleName: string }) => RoleName)];
  expect(there.sort()).toEqual(records.map(({ id }) => id).sort());
}
