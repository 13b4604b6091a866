// `UpdatePolicy: CodeDeployLambdaAliasUpdate`: a stack's update lets CodeDeploy
// move the alias, and is done when the deployment is.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatepolicy.html

import { Fault } from "../../../core/fault.ts";
import { type ResourceContext, ResourceFailure } from "../../../core/resource-type.ts";
import type { Codedeploy } from "../../../model/generated/codedeploy.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { lambda } from "../model.ts";

const codedeploy = modelOf<Codedeploy>("codedeploy");

export interface AliasDeployment {
  readonly ApplicationName?: string;
  readonly DeploymentGroupName?: string;
  readonly BeforeAllowTrafficHook?: string;
  readonly AfterAllowTrafficHook?: string;
}

interface Alias {
  readonly FunctionName: string;
  readonly Name: string;
  readonly FunctionVersion: string;
}

const lookMilliseconds = 5000;
/** Others may deploy to the same group, or move the alias by hand. */
const mostDeployments = 5;

/** Resolves when the alias points to the version. A repeated update goes on with the deployment that it finds. */
export async function deploy(policy: AliasDeployment, alias: Alias, at: ResourceContext): Promise<void> {
  for (let count = 0; count < mostDeployments; count++) {
    const { FunctionName, Name, FunctionVersion } = alias;
    const now = await at.call(lambda, "GetAlias", { FunctionName, Name });
    const mixed = Object.keys(now.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0;
    if (now.FunctionVersion === FunctionVersion && !mixed) return;
    const group = {
      applicationName: policy.ApplicationName ?? "",
      deploymentGroupName: policy.DeploymentGroupName ?? "",
    };
    const { id, own } = await begun(group, appSpec(policy, alias, now.FunctionVersion ?? ""), at);
    const failure = await outcome(id, at);
    // One that was under way before may have been another's.
    if (own && failure !== undefined) {
      throw new ResourceFailure(`The CodeDeploy deployment ${id} of the alias ${Name} failed: ${failure}`);
    }
    if (at.ctx.signal.aborted) throw new ResourceFailure("Resource update cancelled");
  }
  throw new ResourceFailure(`The alias ${alias.Name} did not stay at the version ${alias.FunctionVersion}`);
}

function appSpec(policy: AliasDeployment, alias: Alias, CurrentVersion: string): string {
  const { FunctionName: name, Name: Alias, FunctionVersion: TargetVersion } = alias;
  const Name = name.startsWith("arn:") ? (name.split(":")[6] ?? name) : name;
  return JSON.stringify({
    version: 0.0,
    Resources: [
      {
        [Name]: {
          Type: "AWS::Lambda::Function",
          Properties: { Name, Alias, CurrentVersion, TargetVersion },
        },
      },
    ],
    Hooks: [
      ...(policy.BeforeAllowTrafficHook === undefined
        ? []
        : [{ BeforeAllowTraffic: policy.BeforeAllowTrafficHook }]),
      ...(policy.AfterAllowTrafficHook === undefined
        ? []
        : [{ AfterAllowTraffic: policy.AfterAllowTrafficHook }]),
    ],
  });
}

async function begun(
  group: { readonly applicationName: string; readonly deploymentGroupName: string },
  content: string,
  at: ResourceContext,
): Promise<{ readonly id: string; readonly own: boolean }> {
  const revision = { revisionType: "AppSpecContent" as const, appSpecContent: { content } };
  try {
    const { deploymentId = "" } = await at.call(codedeploy, "CreateDeployment", { ...group, revision });
    return { id: deploymentId, own: true };
  } catch (error) {
    if (!(error instanceof Fault && error.code === "DeploymentLimitExceededException")) throw error;
    const { deploymentGroupInfo } = await at.call(codedeploy, "GetDeploymentGroup", group);
    return { id: deploymentGroupInfo?.lastAttemptedDeployment?.deploymentId ?? "", own: false };
  }
}

/** Why it failed; undefined where it did not. */
async function outcome(deploymentId: string, at: ResourceContext): Promise<string | undefined> {
  while (!at.ctx.signal.aborted) {
    const { deploymentInfo = {} } = await at.call(codedeploy, "GetDeployment", { deploymentId });
    const { status, errorInformation } = deploymentInfo;
    if (status === "Succeeded") return undefined;
    if (status === "Failed" || status === "Stopped") return errorInformation?.message ?? status;
    await at.ctx.sleepUntil(at.ctx.now() + lookMilliseconds);
  }
  return undefined;
}
