// AutoPublishAlias: a version for each change of the code, the alias that points to
// it, and how traffic is moved from one version to the next.

import { type Fields, isFields, type Value } from "../template/value.ts";
import {
  add,
  attribute,
  type Declared,
  defined,
  type Expansion,
  ref,
  resolved,
  sha1,
  sortedJson,
} from "./expansion.ts";
import { refuse } from "./refusal.ts";
import { managedPolicy, trust } from "./role.ts";

export interface Alias {
  readonly id: string;
  readonly name: string;
}

export function publish(expansion: Expansion, declared: Declared, code: Fields): Alias | undefined {
  const { id, properties, resource } = declared;
  const name = resolved(expansion, properties.AutoPublishAlias);
  if (name === undefined) {
    if (properties.ProvisionedConcurrencyConfig !== undefined)
      refuse("To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function");
    if (isEnabled(expansion, properties.DeploymentPreference))
      refuse("'DeploymentPreference' requires AutoPublishAlias property to be specified.");
    return undefined;
  }
  if (typeof name !== "string")
    refuse(
      Array.isArray(name)
        ? "Type of property 'AutoPublishAlias' is invalid."
        : "'AutoPublishAlias' must be a string or a Ref to a template parameter",
    );
  const aliasId = `${id}Alias${name.replace(/[^A-Za-z0-9]/g, (each) => (each === "-" ? "D" : each === "_" ? "U" : ""))}`;
  const versionId = `${id}Version${versionHash(expansion, declared, code).slice(0, 10)}`;
  expansion.names.set(`${id}.Version`, versionId).set(`${id}.Alias`, aliasId);
  add(
    expansion,
    versionId,
    {
      Type: "AWS::Lambda::Version",
      DeletionPolicy: resolved(expansion, properties.VersionDeletionPolicy) ?? "Retain",
      Properties: defined({ FunctionName: ref(id), Description: properties.VersionDescription }),
    },
    resource.Condition,
  );
  const update = moveTraffic(expansion, declared, aliasId);
  add(
    expansion,
    aliasId,
    {
      Type: "AWS::Lambda::Alias",
      ...(update === undefined ? {} : { UpdatePolicy: update }),
      Properties: defined({
        Name: name,
        FunctionName: ref(id),
        FunctionVersion: attribute(versionId, "Version"),
        ProvisionedConcurrencyConfig: properties.ProvisionedConcurrencyConfig,
      }),
    },
    resource.Condition,
  );
  return { id: aliasId, name };
}

/** AWS hashes the place of the code, and what a version keeps of the configuration. */
function versionHash(expansion: Expansion, { id, properties }: Declared, code: Fields): string {
  const sum = resolved(expansion, properties.AutoPublishCodeSha256);
  if (typeof sum === "string") return sum;
  if (properties.AutoPublishAliasAllProperties === true) {
    const made = expansion.resources[id]?.Properties;
    const { Role: _made, ...configured } = isFields(made) ? made : {};
    return sha1(sortedJson(properties.Role === undefined ? configured : (made ?? null)));
  }
  const environment = isFields(properties.Environment) ? properties.Environment : {};
  const { MemorySize, SnapStart } = properties;
  return sha1(sortedJson(defined({ ...code, ...environment, MemorySize, SnapStart })));
}

function isEnabled(expansion: Expansion, preference: Value | undefined): boolean {
  if (!isFields(preference)) return false;
  const enabled = resolved(expansion, preference.Enabled);
  return enabled !== false && enabled !== "false";
}

const predefined =
  /^(AllAtOnce|(Canary|Linear)10Percent(Every)?\d+Minutes?|Lambda(AllAtOnce|Canary.+|Linear.+))$/;

/** AWS's own configurations have a prefix, also within conditions. */
function configOf(type: Value): Value {
  if (typeof type === "string" && predefined.test(type))
    return { "Fn::Sub": ["CodeDeployDefault.Lambda$" + "{ConfigName}", { ConfigName: type }] };
  if (!isFields(type) || !Array.isArray(type["Fn::If"])) return type;
  const [condition = null, ...sides] = type["Fn::If"];
  return { "Fn::If": [condition, ...sides.map(configOf)] };
}

/** How CodeDeploy is told to move an alias, with the application and group for it. */
function moveTraffic(expansion: Expansion, declared: Declared, _alias: string): Fields | undefined {
  const { id, properties, resource } = declared;
  const preference = properties.DeploymentPreference;
  if (!isFields(preference) || !isEnabled(expansion, preference)) return undefined;
  const type = resolved(expansion, preference.Type);
  if (type === undefined) refuse("'DeploymentPreference' is missing required Property 'Type'");
  const config = configOf(type);
  const application = "ServerlessDeploymentApplication";
  const condition = preference.PassthroughCondition === true ? resource.Condition : undefined;
  expansion.resources[application] ??= {
    Type: "AWS::CodeDeploy::Application",
    Properties: { ComputePlatform: "Lambda" },
    ...(condition === undefined ? {} : { Condition: condition }),
  };
  if (preference.Role === undefined)
    expansion.resources.CodeDeployServiceRole ??= {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: trust("codedeploy.amazonaws.com"),
        ManagedPolicyArns: [managedPolicy(expansion, "AWSCodeDeployRoleForLambda")],
      },
    };
  const alarms = preference.Alarms;
  const group = `${id}DeploymentGroup`;
  add(
    expansion,
    group,
    {
      Type: "AWS::CodeDeploy::DeploymentGroup",
      Properties: defined({
        ApplicationName: ref(application),
        AlarmConfiguration: Array.isArray(alarms)
          ? { Enabled: true, Alarms: alarms.map((Name) => ({ Name })) }
          : undefined,
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
        },
        DeploymentConfigName: config,
        DeploymentStyle: { DeploymentType: "BLUE_GREEN", DeploymentOption: "WITH_TRAFFIC_CONTROL" },
        ServiceRoleArn: preference.Role ?? attribute("CodeDeployServiceRole", "Arn"),
        TriggerConfigurations: preference.TriggerConfigurations,
      }),
    },
    condition,
  );
  const hooks = isFields(preference.Hooks) ? preference.Hooks : {};
  return {
    CodeDeployLambdaAliasUpdate: defined({
      ApplicationName: ref(application),
      DeploymentGroupName: ref(group),
      BeforeAllowTrafficHook: hooks.PreTraffic,
      AfterAllowTrafficHook: hooks.PostTraffic,
    }),
  };
}
