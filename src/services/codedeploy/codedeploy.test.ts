// Deployments of a Lambda alias: traffic by the clock, hooks, failure, stop,
// rollback, and a crash on the way.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestStore } from "../../store/testing/open.ts";
import events from "../events/index.ts";
import lambda from "../lambda/index.ts";
import { fakeFunctionHost } from "../lambda/testing/fake-function-host.ts";
import { zipOf } from "../lambda/testing/fixtures.ts";
import logs from "../logs/index.ts";
import sns from "../sns/index.ts";
import sqs from "../sqs/index.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import { provisioner } from "../test-resource-type.ts";
import codedeploy from "./index.ts";

const role = "arn:aws:iam::000000000000:role/deploy";
const minute = 60_000;

let cloud: TestCloud;
let hook: (event: { DeploymentId: string; LifecycleEventHookExecutionId: string }) => Promise<void>;
const functions = fakeFunctionHost({
  "index.handler": () => "ok",
  "index.check": ({ event }) => hook(event as Parameters<typeof hook>[0]),
});
const services = [codedeploy, lambda, logs, events, sqs, sns];

const call = (operation: string, input: object = {}) => cloud.call("codedeploy", operation, input);

async function makeFunction(name: string, handler: string): Promise<void> {
  await cloud.call("lambda", "CreateFunction", {
    FunctionName: name,
    Runtime: "nodejs20.x",
    Handler: handler,
    Role: role,
    Code: { ZipFile: await zipOf({ "index.js": "exports.handler = 1" }) },
  });
}

async function open(options: object = {}): Promise<void> {
  cloud = await testCloud(services, { functions, ...options });
}

/** A function of two versions, an alias of the first, and an application. */
async function prepare(): Promise<void> {
  hook = ({ DeploymentId, LifecycleEventHookExecutionId }) =>
    call("PutLifecycleEventHookExecutionStatus", {
      deploymentId: DeploymentId,
      lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
      status: "Succeeded",
    });
  await makeFunction("f", "index.handler");
  await makeFunction("check", "index.check");
  await cloud.settle();
  await cloud.call("lambda", "PublishVersion", { FunctionName: "f" });
  await cloud.call("lambda", "UpdateFunctionConfiguration", { FunctionName: "f", MemorySize: 256 });
  await cloud.settle();
  await cloud.call("lambda", "PublishVersion", { FunctionName: "f" });
  await cloud.call("lambda", "CreateAlias", { FunctionName: "f", Name: "live", FunctionVersion: "1" });
  await call("CreateApplication", { applicationName: "app", computePlatform: "Lambda" });
}

beforeEach(async () => {
  await open();
  await prepare();
});
afterEach(async () => {
  await cloud.stop();
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
});

const group = (more: object = {}) =>
  call("CreateDeploymentGroup", {
    applicationName: "app",
    deploymentGroupName: "g",
    serviceRoleArn: role,
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    ...more,
  });

function revision(hooks: readonly object[] = [], change: object = {}): object {
  const Properties = { Name: "f", Alias: "live", CurrentVersion: "1", TargetVersion: "2", ...change };
  const content = JSON.stringify({
    version: 0.0,
    Resources: [{ f: { Type: "AWS::Lambda::Function", Properties } }],
    Hooks: hooks,
  });
  return { revisionType: "AppSpecContent", appSpecContent: { content } };
}

async function deploy(input: object = {}): Promise<string> {
  const { deploymentId } = await call("CreateDeployment", {
    applicationName: "app",
    deploymentGroupName: "g",
    revision: revision(),
    ...input,
  });
  await cloud.settle();
  return deploymentId;
}

async function alias(): Promise<string> {
  const { FunctionVersion, RoutingConfig } = await cloud.call("lambda", "GetAlias", {
    FunctionName: "f",
    Name: "live",
  });
  const [other] = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
  return other === undefined ? FunctionVersion : `${FunctionVersion} and ${other[0]} with ${other[1]}`;
}

const info = async (deploymentId: string) => (await call("GetDeployment", { deploymentId })).deploymentInfo;
const stages = async (deploymentId: string) => {
  const { deploymentTarget } = await call("GetDeploymentTarget", { deploymentId, targetId: "f:live" });
  return deploymentTarget.lambdaTarget.lifecycleEvents.map(({ status }: { status: string }) => status);
};

describe("traffic", () => {
  test("moves by a canary, then as a whole", async () => {
    await group();
    const id = await deploy();
    expect(await alias()).toBe("1 and 2 with 0.1");
    expect(await info(id)).toMatchObject({
      status: "InProgress",
      creator: "user",
      computePlatform: "Lambda",
    });
    await cloud.advance(5 * minute - 1);
    expect(await alias()).toBe("1 and 2 with 0.1");
    await cloud.advance(1);
    expect(await alias()).toBe("2");
    expect(await info(id)).toMatchObject({ status: "Succeeded", deploymentOverview: { Succeeded: 1 } });
    expect(await stages(id)).toEqual(["Succeeded", "Succeeded", "Succeeded"]);
    const { deploymentGroupInfo } = await call("GetDeploymentGroup", {
      applicationName: "app",
      deploymentGroupName: "g",
    });
    expect(deploymentGroupInfo.lastSuccessfulDeployment).toMatchObject({
      deploymentId: id,
      status: "Succeeded",
    });
  });

  test("moves in equal steps", async () => {
    await call("CreateDeploymentConfig", {
      deploymentConfigName: "thirds",
      computePlatform: "Lambda",
      trafficRoutingConfig: {
        type: "TimeBasedLinear",
        timeBasedLinear: { linearPercentage: 34, linearInterval: 2 },
      },
    });
    await group({ deploymentConfigName: "thirds" });
    await deploy();
    const seen = [await alias()];
    for (let step = 0; step < 2; step++) {
      await cloud.advance(2 * minute);
      seen.push(await alias());
    }
    expect(seen).toEqual(["1 and 2 with 0.34", "1 and 2 with 0.68", "2"]);
  });

  test("goes on after a crash, at its time", async () => {
    const opened = await openTestStore();
    await cloud.stop();
    await open({ opened });
    await prepare();
    await group();
    const id = await deploy();
    await cloud.stop();
    await open({ opened, now: Date.UTC(2024, 0, 1) + 10 * minute });
    await cloud.settle();
    expect(await alias()).toBe("2");
    expect((await info(id)).status).toBe("Succeeded");
  });
});

describe("hooks", () => {
  test("are called before and after, and wait for their answer", async () => {
    const waiting: Parameters<typeof hook>[0][] = [];
    hook = async (event) => void waiting.push(event);
    await group({ deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce" });
    const id = await deploy({
      revision: revision([{ BeforeAllowTraffic: "check" }, { AfterAllowTraffic: "check" }]),
    });
    expect([await alias(), ...(await stages(id))]).toEqual(["1", "InProgress", "Pending", "Pending"]);
    const answer = (status: string) => {
      const { DeploymentId, LifecycleEventHookExecutionId } = waiting.at(-1)!;
      return call("PutLifecycleEventHookExecutionStatus", {
        deploymentId: DeploymentId,
        lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
        status,
      });
    };
    await expect(answer("Skipped")).rejects.toThrow("Succeeded or Failed");
    await answer("Succeeded");
    await cloud.settle();
    expect([await alias(), ...(await stages(id))]).toEqual(["2", "Succeeded", "Succeeded", "InProgress"]);
    await answer("Succeeded");
    await cloud.settle();
    expect((await info(id)).status).toBe("Succeeded");
    await expect(answer("Succeeded")).rejects.toMatchObject({
      code: "LifecycleEventAlreadyCompletedException",
    });
  });

  test("that say nothing for an hour fail the deployment before any traffic moved", async () => {
    hook = async () => undefined;
    await group();
    const id = await deploy({ revision: revision([{ BeforeAllowTraffic: "check" }]) });
    await cloud.advance(60 * minute);
    expect(await info(id)).toMatchObject({
      status: "Failed",
      errorInformation: { code: "HOOK_EXECUTION_FAILURE" },
    });
    expect([await alias(), ...(await stages(id))]).toEqual(["1", "Failed", "Skipped", "Skipped"]);
  });

  test("that fail afterwards roll back, where the group says so", async () => {
    hook = ({ DeploymentId, LifecycleEventHookExecutionId }) =>
      call("PutLifecycleEventHookExecutionStatus", {
        deploymentId: DeploymentId,
        lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
        status: "Failed",
      });
    await group({
      deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
      autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
    });
    const id = await deploy({ revision: revision([{ AfterAllowTraffic: "check" }]) });
    const failed = await info(id);
    expect(failed.status).toBe("Failed");
    expect(await alias()).toBe("1");
    expect(await info(failed.rollbackInfo.rollbackDeploymentId)).toMatchObject({
      creator: "codeDeployRollback",
      status: "Succeeded",
      rollbackInfo: { rollbackTriggeringDeploymentId: id },
    });
  });
});

test("a stop leaves the traffic, or takes it back", async () => {
  await group();
  const first = await deploy();
  await expect(deploy()).rejects.toMatchObject({ code: "DeploymentLimitExceededException" });
  await call("StopDeployment", { deploymentId: first });
  await cloud.advance(60 * minute);
  expect([(await info(first)).status, await alias()]).toEqual(["Stopped", "1 and 2 with 0.1"]);
  const second = await deploy();
  await call("StopDeployment", { deploymentId: second, autoRollbackEnabled: true });
  await cloud.settle();
  expect([(await info(second)).status, await alias()]).toEqual(["Stopped", "1"]);
  await expect(call("StopDeployment", { deploymentId: second })).rejects.toMatchObject({
    code: "DeploymentAlreadyCompletedException",
  });
  const { deployments } = await call("ListDeployments", {
    applicationName: "app",
    deploymentGroupName: "g",
    includeOnlyStatuses: ["Stopped"],
  });
  expect([...deployments].sort()).toEqual([first, second].sort());
});

test("an alias that is elsewhere, or a function that is not there, fails the deployment", async () => {
  await group();
  const elsewhere = await deploy({ revision: revision([], { CurrentVersion: "7" }) });
  expect((await info(elsewhere)).errorInformation.code).toBe("INVALID_LAMBDA_CONFIGURATION");
  const missing = await deploy({ revision: revision([], { Name: "none" }) });
  expect((await info(missing)).errorInformation.code).toBe("INVALID_LAMBDA_FUNCTION");
});

test.each([
  ["nonsense: [", "cannot be parsed"],
  ["version: 1.0\nResources: []", "version must be 0.0"],
  ["version: 0.0\nResources: []", "exactly one resource"],
  [
    'version: 0.0\nResources:\n  - f:\n      Type: "AWS::Lambda::Function"\n      Properties: {Name: f}',
    "property Alias",
  ],
])("a revision that is no AppSpec file is refused: %s", async (content, message) => {
  await group();
  await expect(deploy({ revision: { revisionType: "String", string: { content } } })).rejects.toMatchObject({
    code: "InvalidRevisionException",
    message: expect.stringContaining(message),
  });
});

test("the default bus and the group's topics hear of it", async () => {
  const { QueueUrl } = await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
  const QueueArn = "arn:aws:sqs:us-east-1:000000000000:q";
  await cloud.call("events", "PutRule", {
    Name: "r",
    EventPattern: '{"source":["aws.codedeploy"],"detail":{"state":[{"exists":true}]}}',
  });
  await cloud.call("events", "PutTargets", { Rule: "r", Targets: [{ Id: "q", Arn: QueueArn }] });
  const { TopicArn } = await cloud.call("sns", "CreateTopic", { Name: "t" });
  const Attributes = { RawMessageDelivery: "true" };
  await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint: QueueArn, Attributes });
  await group({
    deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
    triggerConfigurations: [
      { triggerName: "told", triggerTargetArn: TopicArn, triggerEvents: ["DeploymentSuccess"] },
    ],
  });
  await deploy();
  const { Messages } = await cloud.call("sqs", "ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
  const told = Messages.map(({ Body }: { Body: string }) => JSON.parse(Body)).map(
    (each: { detail?: { state: string }; eventTriggerName?: string }) =>
      each.detail?.state ?? each.eventTriggerName,
  );
  expect(told.sort()).toEqual(["START", "SUCCESS", "told"]);
});

test("other platforms are kept, and not deployed to", async () => {
  await call("CreateApplication", { applicationName: "hosts" });
  await expect(
    call("CreateDeployment", { applicationName: "hosts", deploymentGroupName: "g", revision: revision() }),
  ).rejects.toMatchObject({ code: "NotImplemented" });
  const { deploymentConfigsList } = await call("ListDeploymentConfigs");
  expect(deploymentConfigsList).toContain("CodeDeployDefault.LambdaLinear10PercentEvery1Minute");
  await expect(call("GetApplication", { applicationName: "none" })).rejects.toMatchObject({
    code: "ApplicationDoesNotExistException",
  });
});

test("templates make applications, configurations and groups, and take them away", async () => {
  const { create: make, update, read, delete: remove } = provisioner(cloud);
  let made = 0;
  const create = (type: string, properties: object) =>
    make(type, properties, { token: String(++made).padStart(32, "0") });
  const application = { ApplicationName: "made", ComputePlatform: "Lambda" };
  const TrafficRoutingConfig = {
    Type: "TimeBasedCanary",
    TimeBasedCanary: { CanaryPercentage: 20, CanaryInterval: 3 },
  };
  const group = { ApplicationName: "made", DeploymentGroupName: "g", ServiceRoleArn: role };
  await create("AWS::CodeDeploy::Application", application);
  await create("AWS::CodeDeploy::DeploymentConfig", {
    DeploymentConfigName: "fifth",
    ComputePlatform: "Lambda",
    TrafficRoutingConfig,
  });
  const { id } = await create("AWS::CodeDeploy::DeploymentGroup", {
    ...group,
    DeploymentConfigName: "fifth",
    AutoRollbackConfiguration: { Enabled: true, Events: ["DEPLOYMENT_FAILURE"] },
  });
  const shown = async () =>
    (await call("GetDeploymentGroup", { applicationName: "made", deploymentGroupName: "g" }))
      .deploymentGroupInfo;
  expect(await shown()).toMatchObject({
    deploymentConfigName: "fifth",
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
  });
  const after = { ...group, DeploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce" };
  await update("AWS::CodeDeploy::DeploymentGroup", id, after, group);
  expect((await shown()).deploymentConfigName).toBe(after.DeploymentConfigName);
  await remove("AWS::CodeDeploy::DeploymentGroup", id, after);
  await remove("AWS::CodeDeploy::DeploymentConfig", "fifth");
  await remove("AWS::CodeDeploy::Application", "made");
  expect(await read("AWS::CodeDeploy::Application", "made")).toBeUndefined();
});
