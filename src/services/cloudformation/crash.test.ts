// Random templates, created, updated and deleted in random order, with the
// process gone after any commit: in the end there is exactly what the template
// says, in it and in the stack within it.

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
  /** There only where the step's parameter says so. */
  readonly conditional: boolean;
}

interface Step {
  readonly template: readonly Declared[];
  readonly on: boolean;
  /** The delays of the queues in a stack within; undefined: there is none. */
  readonly inner: readonly number[] | undefined;
  /** Commits until the process is gone, once and again; none: it stays. */
  readonly crashes: readonly number[];
  /** The last resource cannot be made: of the stack, or of the one within. */
  readonly fails: "never" | "inside" | "outside";
}

const declared: fc.Arbitrary<Declared> = fc.record({
  delay: fc.integer({ min: 0, max: 3 }),
  name: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
  needs: fc.nat(255),
  role: fc.boolean(),
  byName: fc.boolean(),
  conditional: fc.boolean(),
});

const step: fc.Arbitrary<Step> = fc.record({
  template: fc.array(declared, { minLength: 1, maxLength: 6 }),
  on: fc.boolean(),
  inner: fc.option(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }), {
    nil: undefined,
  }),
  crashes: fc.array(fc.nat(80), { maxLength: 2 }),
  fails: fc.constantFrom("never", "never", "inside", "outside"),
});

const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

// A resource's type cannot change: another type is another resource.
const idOf = ({ template }: Step, at: number): string =>
  `${template[at]?.role === true ? "Role" : "Queue"}${at}`;

const failing = (DependsOn: readonly string[]) => ({
  Type: "AWS::SQS::Queue",
  DependsOn,
  Properties: { DelaySeconds: 5000 },
});

const fails = (each: Step): boolean =>
  each.fails === "outside" || (each.fails === "inside" && each.inner !== undefined);

function innerTemplate({ inner = [], fails: where }: Step): object {
  const queues = inner.map((DelaySeconds, at) => [
    `In${at}`,
    { Type: "AWS::SQS::Queue", Properties: { DelaySeconds } },
  ]);
  const Resources = Object.fromEntries(queues);
  return {
    Resources: where === "inside" ? { ...Resources, Bad: failing(Object.keys(Resources)) } : Resources,
  };
}

function templateOf(each: Step): object {
  const { template } = each;
  const Resources: Record<string, object> = {};
  for (const [at, { delay, name, needs, role, byName, conditional }] of template.entries()) {
    const needed = template
      .map((_each, other) => other)
      .filter((other) => other < at && (needs >> other) & 1);
    const ids = needed.map((other) => idOf(each, other));
    const names = needed.map((other) => {
      const reference = { Ref: idOf(each, other) };
      return template[other]?.conditional === true ? { "Fn::If": ["On", reference, "off"] } : reference;
    });
    const Tags = [{ Key: "needs", Value: byName ? { "Fn::Join": [",", names] } : "none" }];
    Resources[idOf(each, at)] = {
      ...(byName ? {} : { DependsOn: ids }),
      ...(conditional ? { Condition: "On" } : {}),
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
  // Always at the same address, whose content changes: going back cannot read it there.
  const TemplateURL = "https://templates.s3.amazonaws.com/inner.json";
  if (each.inner !== undefined)
    Resources.Inner = { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL } };
  if (each.fails === "outside") Resources.Bad = failing(Object.keys(Resources));
  // A stack of nothing is refused.
  Resources.Always = { Type: "AWS::SQS::Queue" };
  return {
    Parameters: { On: { Type: "String" } },
    Conditions: { On: { "Fn::Equals": [{ Ref: "On" }, "yes"] } },
    Resources,
  };
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
      await stacks.cloud.call("s3", "CreateBucket", { Bucket: "templates" });
      /** Until nothing is left to do; where the process is gone meanwhile, by the next ones. */
      const settleThrough = async ([commits, ...more]: readonly number[]): Promise<void> => {
        const death = new Promise<boolean>((resolve) => {
          life.died = () => resolve(true);
        });
        life.commits = commits ?? Number.POSITIVE_INFINITY;
        const died = await Promise.race([death, stacks.cloud.settle().then(() => false)]);
        life.commits = died ? 0 : Number.POSITIVE_INFINITY;
        if (!died) return;
        stacks = await start();
        await settleThrough(more);
      };
      const find = async (): Promise<{ StackStatus: string } | undefined> =>
        stacks.describe("s").catch(() => undefined);
      /** The step whose template the stack has. */
      let standing: Step | undefined;
      for (const each of steps) {
        await stacks.cloud.call("s3", "PutObject", {
          Bucket: "templates",
          Key: "inner.json",
          Body: Buffer.from(JSON.stringify(innerTemplate(each))),
        });
        const operation = standing === undefined ? "CreateStack" : "UpdateStack";
        const input = {
          StackName: "s",
          TemplateBody: JSON.stringify(templateOf(each)),
          Parameters: [{ ParameterKey: "On", ParameterValue: each.on ? "yes" : "no" }],
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
        await settleThrough(each.crashes);
        const status = (await find())?.StackStatus;
        if (!fails(each)) {
          expect(status).toBe(standing === undefined ? "CREATE_COMPLETE" : "UPDATE_COMPLETE");
          standing = each;
        } else expect(status).toBe(standing === undefined ? "ROLLBACK_COMPLETE" : "UPDATE_ROLLBACK_COMPLETE");
        await matches(stacks, standing);
        if (standing === undefined) await stacks.delete("s");
      }
      if (standing !== undefined) {
        await stacks.call("DeleteStack", { StackName: "s" });
        await settleThrough(steps[0]?.crashes ?? []);
        expect(await find()).toBeUndefined();
      }
      await matches(stacks, undefined);
      await stacks.cloud.stop();
      await opened.store.close();
    }),
    { numRuns: 25 },
  );
}, 60_000);

/** There is what the step's template says, as it says it, and nothing else. */
async function matches(stacks: StackCloud, each: Step | undefined): Promise<void> {
  const queues: [string | undefined, number][] = [];
  const roles: [string | undefined, number][] = [];
  if (each !== undefined) {
    const records = await stacks.resources("s");
    const there = each.template.flatMap(({ conditional }, at) => (conditional && !each.on ? [] : [at]));
    const within = each.inner === undefined ? [] : ["Inner"];
    const wanted = [...there.map((at) => idOf(each, at)), "Always", ...within];
    expect(Object.keys(records).sort()).toEqual(wanted.sort());
    for (const at of there) {
      const { role, delay, name } = each.template[at]!;
      const id = records[idOf(each, at)]?.id;
      (role ? roles : queues).push([id, delay]);
      if (!role && name !== undefined) expect(id).toMatch(new RegExp(`/q-${at}-${name}$`));
    }
    queues.push([records.Always?.id, 0]);
    const inner = each.inner === undefined ? {} : await stacks.resources(records.Inner?.id ?? "");
    expect(Object.keys(inner)).toHaveLength(each.inner?.length ?? 0);
    for (const [at, delay] of each.inner?.entries() ?? []) queues.push([inner[`In${at}`]?.id, delay]);
  }
  const { QueueUrls = [] } = await stacks.cloud.call("sqs", "ListQueues");
  const foundQueues: [string, number][] = [];
  for (const QueueUrl of QueueUrls) {
    const asked = { QueueUrl, AttributeNames: ["DelaySeconds"] };
    const { Attributes } = await stacks.cloud.call("sqs", "GetQueueAttributes", asked);
    foundQueues.push([QueueUrl, Number(Attributes.DelaySeconds)]);
  }
  const { Roles } = await stacks.cloud.call("iam", "ListRoles");
  const foundRoles = Roles.map((role: { RoleName: string; MaxSessionDuration: number }) => [
    role.RoleName,
    role.MaxSessionDuration - 3600,
  ]);
  expect(foundQueues.sort()).toEqual(queues.sort());
  expect(foundRoles.sort()).toEqual(roles.sort());
}
