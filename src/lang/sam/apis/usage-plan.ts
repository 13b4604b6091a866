// The usage plan of a REST API, for itself or shared with the template's others.

import { isFields, type Value } from "../../template/value.ts";
import { add, type Declared, defined, type Expansion, pick, ref, tagsOf } from "../expansion.ts";
import { refuse } from "../refusal.ts";

export function addUsagePlan(expansion: Expansion, declared: Declared, stageId: string): void {
  const { id, properties, resource } = declared;
  const plan = isFields(properties.Auth) ? properties.Auth.UsagePlan : undefined;
  if (!isFields(plan) || plan.CreateUsagePlan === "NONE") return;
  const kind = plan.CreateUsagePlan;
  if (kind !== "PER_API" && kind !== "SHARED")
    refuse("'CreateUsagePlan' accepts one of NONE, PER_API and SHARED.");
  const shared = kind === "SHARED";
  const prefix = shared ? "Serverless" : id;
  const planId = `${prefix}UsagePlan`;
  const keyId = `${prefix}ApiKey`;
  const tags =
    plan.Tags === undefined ? undefined : Array.isArray(plan.Tags) ? plan.Tags : tagsOf(undefined, plan.Tags);
  const apis = [...list(expansion, planId, "ApiStages"), { ApiId: ref(id), Stage: ref(stageId) }];
  const keys = [...list(expansion, keyId, "StageKeys"), { RestApiId: ref(id), StageName: ref(stageId) }];
  const before = expansion.resources[planId]?.DependsOn;
  const condition = shared ? undefined : resource.Condition;
  add(
    expansion,
    planId,
    {
      Type: "AWS::ApiGateway::UsagePlan",
      DependsOn: [...(Array.isArray(before) ? before : []), id],
      Properties: defined({
        ApiStages: apis,
        ...pick(plan, ["Description", "Quota", "Throttle", "UsagePlanName"]),
        Tags: tags,
      }),
    },
    condition,
  );
  add(
    expansion,
    keyId,
    {
      Type: "AWS::ApiGateway::ApiKey",
      DependsOn: [planId],
      Properties: { Enabled: true, StageKeys: keys },
    },
    condition,
  );
  add(
    expansion,
    `${prefix}UsagePlanKey`,
    {
      Type: "AWS::ApiGateway::UsagePlanKey",
      DependsOn: [keyId],
      Properties: { KeyId: ref(keyId), KeyType: "API_KEY", UsagePlanId: ref(planId) },
    },
    condition,
  );
  for (const name of ["UsagePlan", "ApiKey", "UsagePlanKey"])
    expansion.names.set(`${id}.${name}`, `${prefix}${name}`);
}

function list(expansion: Expansion, id: string, property: string): readonly Value[] {
  const properties = expansion.resources[id]?.Properties;
  const found = isFields(properties) ? properties[property] : undefined;
  return Array.isArray(found) ? found : [];
}
