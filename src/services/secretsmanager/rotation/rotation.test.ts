// Rotation, by a function that does what AWS's templates do.

import { expect, test } from "vitest";
import { defineService } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { secretsmanager } from "../model.ts";
import { secretCloud, type TestSecret, testSecret, token } from "../test-secret.ts";

const day = 86_400_000;
const RotationLambdaARN = "arn:aws:lambda:us-east-1:000000000000:function:rotate";

interface Step {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

/** `fails`: how often a step answers an error before it works. */
function rotator(fails: Record<string, number> = {}, Principal = "secretsmanager.amazonaws.com") {
  const steps: string[] = [];
  let made = 0;
  const work = async ({ Step, SecretId, ClientRequestToken: id }: Step, ctx: Waiting) => {
    if (Step === "createSecret") {
      const asked = ctx.call(secretsmanager, "GetSecretValue", { SecretId, VersionId: id });
      if (await asked.then(() => true).catch(() => false)) return;
      const given = { SecretId, ClientRequestToken: id, VersionStages: ["AWSPENDING"] };
      await ctx.call(secretsmanager, "PutSecretValue", { ...given, SecretString: `made ${++made}` });
    }
    if (Step !== "finishSecret") return;
    const { VersionIdsToStages = {} } = await ctx.call(secretsmanager, "DescribeSecret", { SecretId });
    const [from] = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes("AWSCURRENT"))!;
    const moved = { VersionStage: "AWSCURRENT", MoveToVersionId: id, RemoveFromVersionId: from };
    await ctx.call(secretsmanager, "UpdateSecretVersionStage", { SecretId, ...moved });
  };
  const lambda = defineService<Lambda>({
    model: modelOf<Lambda>("lambda"),
    resources: [],
    operations: {
      GetPolicy: async () => ({
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: Principal },
              Action: "lambda:InvokeFunction",
              Resource: RotationLambdaARN,
            },
          ],
        }),
      }),
      Invoke: {
        waits: async ({ Payload }, ctx) => {
          const step = JSON.parse(Buffer.from(Payload!).toString()) as Step;
          steps.push(step.Step);
          const left = fails[step.Step] ?? 0;
          fails[step.Step] = left - 1;
          if (left > 0) return { StatusCode: 200, FunctionError: "Unhandled" };
          await work(step, ctx.asRole("arn:aws:iam::000000000000:role/rotate", "f"));
          return { StatusCode: 200 };
        },
      },
    },
  });
  return { steps, lambda };
}

const four = ["createSecret", "setSecret", "testSecret", "finishSecret"];

async function rotated(
  { call }: TestSecret,
  RotationRules: object | undefined = { AutomaticallyAfterDays: 10 },
  more: object = {},
) {
  return call("RotateSecret", { RotationLambdaARN, RotationRules, ...more });
}

test("a rotation takes its four steps at once, and again when its time comes", async () => {
  const { steps, lambda } = rotator();
  const cloud = await secretCloud(lambda);
  const secret = await testSecret(cloud);
  const { VersionId } = await rotated(secret, undefined, { ClientRequestToken: token("7") });
  expect(VersionId).toBe(token("7"));
  await cloud.settle();
  expect(steps).toEqual(four);
  expect(await secret.stages()).toEqual({ one: ["AWSPREVIOUS"], "made 1": ["AWSCURRENT", "AWSPENDING"] });
  const described = await secret.call("DescribeSecret");
  expect(described).toMatchObject({
    RotationEnabled: true,
    RotationLambdaARN,
    RotationRules: { AutomaticallyAfterDays: 10 },
    LastRotatedDate: Date.UTC(2024, 0, 1),
    NextRotationDate: Date.UTC(2024, 0, 11),
  });
  await cloud.advance(10 * day);
  expect(await secret.text()).toBe("made 2");
  await secret.call("CancelRotateSecret");
  await cloud.advance(100 * day);
  expect(steps).toHaveLength(8);
  expect((await secret.call("DescribeSecret")).RotationEnabled).toBe(false);
});

test("a step that fails is tried again; one that goes on failing waits for the next time", async () => {
  const { steps, lambda } = rotator({ setSecret: 2, testSecret: 5 });
  const cloud = await secretCloud(lambda);
  const secret = await testSecret(cloud);
  await rotated(secret, { ScheduleExpression: "rate(1 day)" });
  await cloud.advance(day - 1);
  expect(steps.filter((step) => step === "setSecret")).toHaveLength(3);
  expect(steps.filter((step) => step === "testSecret")).toHaveLength(5);
  expect(await secret.text()).toBe("one");
  await expect(rotated(secret)).rejects.toThrow("A previous rotation isn't complete.");
  await cloud.advance(1);
  expect(steps.slice(-4)).toEqual(four);
  expect(await secret.text()).toBe("made 1");
});

test("a configuration can be tried without rotating", async () => {
  const { steps, lambda } = rotator();
  const cloud = await secretCloud(lambda);
  const secret = await testSecret(cloud);
  await rotated(secret, { ScheduleExpression: "cron(0 8 1 * ? *)" }, { RotateImmediately: false });
  await cloud.settle();
  expect(steps).toEqual(["testSecret"]);
  expect(await secret.stages()).toEqual({ one: ["AWSCURRENT"] });
  expect((await secret.call("DescribeSecret")).NextRotationDate).toBe(Date.UTC(2024, 0, 1, 8));
});

test("a function must let Secrets Manager in, and rules must make sense", async () => {
  const cloud = await secretCloud(rotator({}, "events.amazonaws.com").lambda);
  const secret = await testSecret(cloud);
  await expect(rotated(secret)).rejects.toMatchObject({ code: "AccessDeniedException" });
  await expect(secret.call("RotateSecret")).rejects.toThrow("No Lambda rotation function ARN");
  for (const rules of [
    { AutomaticallyAfterDays: 1, ScheduleExpression: "rate(1 day)" },
    { ScheduleExpression: "rate(1 hour)" },
    { ScheduleExpression: "every day" },
  ]) {
    await expect(rotated(secret, rules)).rejects.toMatchObject({
      code: expect.stringMatching(/Invalid|Validation/),
    });
  }
});
