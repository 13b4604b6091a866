// API keys, usage plans and what was used of them.

import { afterEach, beforeEach, expect, test } from "vitest";
import { rootPrincipal } from "../../core/principal.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import apigateway from "./index.ts";
import { countUse } from "./usage/metering.ts";
import { openUsagePlan, planFor } from "./usage/usage-plan.ts";

let cloud: TestCloud;
let restApiId: string;

const call = (operation: string, input: object = {}) => cloud.call("apigateway", operation, input);

beforeEach(async () => {
  cloud = await testCloud([apigateway]);
  const { id, rootResourceId } = await call("CreateRestApi", { name: "pets" });
  restApiId = id;
  const method = { restApiId, resourceId: rootResourceId, httpMethod: "GET" };
  await call("PutMethod", { ...method, authorizationType: "NONE" });
  await call("PutIntegration", { ...method, type: "MOCK" });
  await call("CreateDeployment", { restApiId, stageName: "prod" });
});
afterEach(() => cloud.stop());

const newPlan = (input: object = {}) =>
  call("CreateUsagePlan", { name: "basic", apiStages: [{ apiId: restApiId, stage: "prod" }], ...input });

const place = { account: "000000000000", region: "us-east-1" };
const who = {
  requestId: "test",
  principal: rootPrincipal(place.account),
  endpoint: "http://localhost:4566",
  sourceIp: "127.0.0.1",
  userAgent: "test",
};

test("a key's value is made up, long enough, unique, and shown only where asked for", async () => {
  const key = await call("CreateApiKey", { name: "one", enabled: true });
  expect(key.value).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(await call("GetApiKey", { apiKey: key.id })).not.toHaveProperty("value");
  expect((await call("GetApiKey", { apiKey: key.id, includeValue: true })).value).toBe(key.value);
  await expect(call("CreateApiKey", { value: "short" })).rejects.toThrow(
    "API Key value should be at least 20 characters",
  );
  await expect(call("CreateApiKey", { value: key.value })).rejects.toMatchObject({
    code: "ConflictException",
    message: "API Key already exists",
  });
});

test("keys are found by how their names begin", async () => {
  for (const name of ["red one", "red two", "blue"]) await call("CreateApiKey", { name });
  const { items } = await call("GetApiKeys", { nameQuery: "red" });
  expect(items.map(({ name }: { name: string }) => name)).toEqual(["red one", "red two"]);
});

test("keys are imported from CSV, into their plans, with warnings for what does not fit", async () => {
  const plan = await newPlan();
  const body = Buffer.from(
    `Name,key,description,Enabled,usageplanIds\none,${"a".repeat(20)},first,TRUE,"${plan.id},nothing"\ntwo,${"a".repeat(20)},,FALSE,\n`,
  );
  const imported = await call("ImportApiKeys", { format: "csv", body });
  expect(imported.ids).toHaveLength(1);
  expect(imported.warnings).toHaveLength(2);
  const keys = await call("GetUsagePlanKeys", { usagePlanId: plan.id });
  expect(keys.items).toEqual([{ id: imported.ids[0], type: "API_KEY", name: "one", value: "a".repeat(20) }]);
  await expect(call("ImportApiKeys", { format: "csv", body, failOnWarnings: true })).rejects.toMatchObject({
    code: "BadRequestException",
  });
});

test("a plan covers only stages that are there, and cannot go while it covers one", async () => {
  await expect(newPlan({ apiStages: [{ apiId: restApiId, stage: "none" }] })).rejects.toThrow(
    `Invalid API Stage {api: ${restApiId}, stage: none} specified for usageplan basic`,
  );
  const { id: usagePlanId } = await newPlan();
  await expect(call("DeleteUsagePlan", { usagePlanId })).rejects.toThrow(
    `Cannot delete Usage Plan ${usagePlanId} because there are API Stages associated with it, including ${restApiId}:prod`,
  );
  const update = (op: string, path: string, value?: string) =>
    call("UpdateUsagePlan", { usagePlanId, patchOperations: [{ op, path, value }] });
  await expect(update("remove", `/apiStages/${restApiId}:prod`)).rejects.toThrow(
    `Invalid patch path  '/apiStages/${restApiId}:prod' specified for op 'remove'. Must be one of: [/apiStages, /quota, /throttle, /productCode, /apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>, /apiStages/<apidId:stageName>/throttle]`,
  );
  await expect(update("remove", "/apiStages", "other:prod")).rejects.toThrow("Invalid API Stage specified");
  await update("remove", "/apiStages", `${restApiId}:prod`);
  await call("DeleteUsagePlan", { usagePlanId });
});

test("a plan limits single methods, whose paths may be escaped", async () => {
  const { id: usagePlanId } = await newPlan();
  const at = `/apiStages/${restApiId}:prod/throttle`;
  const plan = await call("UpdateUsagePlan", {
    usagePlanId,
    patchOperations: [
      { op: "replace", path: `${at}//pets/GET/rateLimit`, value: "5" },
      { op: "replace", path: `${at}/~1pets/GET/burstLimit`, value: "10" },
      { op: "replace", path: "/throttle/rateLimit", value: "100" },
    ],
  });
  expect(plan.apiStages[0].throttle).toEqual({ "/pets/GET": { rateLimit: 5, burstLimit: 10 } });
  expect(plan.throttle).toEqual({ rateLimit: 100 });
});

test("a key belongs to one plan for each stage", async () => {
  const one = await newPlan();
  const two = await newPlan({ name: "other" });
  const key = await call("CreateApiKey", {});
  const join = (usagePlanId: string) =>
    call("CreateUsagePlanKey", { usagePlanId, keyId: key.id, keyType: "API_KEY" });
  await join(one.id);
  await expect(join(one.id)).rejects.toMatchObject({ code: "ConflictException" });
  await expect(join(two.id)).rejects.toMatchObject({ code: "ConflictException" });
  expect((await call("GetUsagePlans", { keyId: key.id })).items).toHaveLength(1);
  await call("DeleteApiKey", { apiKey: key.id });
  expect((await call("GetUsagePlanKeys", { usagePlanId: one.id })).items).toEqual([]);
});

test("use is counted by day against the quota of the period, and more can be granted", async () => {
  const plan = await newPlan({ quota: { limit: 3, period: "WEEK" } });
  const { id: keyId } = await call("CreateApiKey", {});
  await call("CreateUsagePlanKey", { usagePlanId: plan.id, keyId, keyType: "API_KEY" });
  const use = () =>
    cloud.kernel.transact(place, who, async (tx) => {
      const found = await planFor(tx, keyId, restApiId, "prod");
      return found !== undefined && countUse(tx, await openUsagePlan(tx, plan.id), keyId);
    });
  // The clock stands at a Monday.
  expect([await use(), await use()]).toEqual([true, true]);
  await cloud.advance(86_400_000);
  expect([await use(), await use()]).toEqual([true, false]);
  const range = { usagePlanId: plan.id, startDate: "2024-01-01", endDate: "2024-01-03" };
  expect((await call("GetUsage", range)).items).toEqual({
    [keyId]: [
      [2, 1],
      [1, 0],
      [0, 0],
    ],
  });
  const granted = await call("UpdateUsage", {
    usagePlanId: plan.id,
    keyId,
    patchOperations: [{ op: "replace", path: "/remaining", value: "1" }],
  });
  expect(granted.items).toEqual({ [keyId]: [[1, 1]] });
  expect([await use(), await use()]).toEqual([true, false]);
  await cloud.advance(7 * 86_400_000);
  expect(await use()).toBe(true);
});
