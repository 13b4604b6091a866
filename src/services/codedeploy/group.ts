// A deployment group: where an application's revisions go, and how.

import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type {
  ComputePlatform,
  CreateDeploymentGroupInput,
  DeploymentGroupInfo,
  DeploymentStyle,
  LastDeploymentInfo,
  RevisionLocation,
} from "../../model/generated/codedeploy.d.ts";
import { failure } from "./model.ts";

type Settings = Omit<CreateDeploymentGroupInput, "applicationName" | "deploymentGroupName" | "tags">;

export interface GroupState {
  readonly id: string;
  readonly application: string;
  readonly name: string;
  readonly platform: ComputePlatform;
  readonly settings: Settings & { readonly deploymentConfigName: string };
  readonly tags: Readonly<Record<string, string>>;
  /** What was deployed last with success. */
  readonly target?: RevisionLocation | undefined;
  readonly lastSuccessful?: LastDeploymentInfo | undefined;
  readonly lastAttempted?: LastDeploymentInfo | undefined;
  /** The deployment that is under way: there is but one at a time. */
  readonly active?: string | undefined;
}

export const Group = defineResource<GroupState>()({
  service: "codedeploy",
  type: "deploymentgroup",
  key: ({ application, name }) => [application, name],
  arn: ({ application, name }, { region, account }) =>
    `arn:aws:codedeploy:${region}:${account}:deploymentgroup:${application}/${name}`,
  tags: ({ tags }) => tags,
});

export async function openGroup(tx: Transaction, application: string, name: string): Promise<GroupState> {
  const group = await tx.get(Group, application, name);
  if (group === undefined) {
    throw failure("DeploymentGroupDoesNotExistException", `No Deployment Group found for name: ${name}`);
  }
  return group;
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentStyle.html */
export function styleOf(platform: ComputePlatform, given: DeploymentStyle | undefined): DeploymentStyle {
  if (platform === "Server") {
    return given ?? { deploymentType: "IN_PLACE", deploymentOption: "WITHOUT_TRAFFIC_CONTROL" };
  }
  const style: DeploymentStyle = { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" };
  const { deploymentType = style.deploymentType, deploymentOption = style.deploymentOption } = given ?? style;
  if (deploymentType !== style.deploymentType || deploymentOption !== style.deploymentOption) {
    throw failure(
      "InvalidDeploymentStyleException",
      `For ${platform} deployment group, deployment type must be BLUE_GREEN and deployment option must be WITH_TRAFFIC_CONTROL`,
    );
  }
  return style;
}

export function shownGroup({ settings, ...group }: GroupState): DeploymentGroupInfo {
  const { autoScalingGroups, ...rest } = settings;
  return {
    ...rest,
    autoScalingGroups: autoScalingGroups?.map((name) => ({ name })),
    applicationName: group.application,
    deploymentGroupId: group.id,
    deploymentGroupName: group.name,
    computePlatform: group.platform,
    targetRevision: group.target,
    lastSuccessfulDeployment: group.lastSuccessful,
    lastAttemptedDeployment: group.lastAttempted,
  };
}
