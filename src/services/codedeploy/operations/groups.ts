// Deployment groups.

import type { Transaction } from "../../../core/transaction.ts";
import type { CreateDeploymentGroupInput } from "../../../model/generated/codedeploy.d.ts";
import { openApplication } from "../application.ts";
import { defaultConfiguration, openConfiguration } from "../configuration.ts";
import { Group, type GroupState, openGroup, shownGroup, styleOf } from "../group.ts";
import { failure, type Input, nextToken, type Output } from "../model.ts";
import { refuseBatch } from "./applications.ts";
import { tagsOf } from "./tags.ts";

type Settings = GroupState["settings"];

export async function createDeploymentGroup(
  input: Input<"CreateDeploymentGroup">,
  tx: Transaction,
): Promise<Output<"CreateDeploymentGroup">> {
  const { applicationName, deploymentGroupName: name, tags, ...given } = input;
  const { platform } = await openApplication(tx, applicationName);
  await refuseTaken(tx, applicationName, name);
  const group: GroupState = {
    id: tx.ids.uuid(),
    application: applicationName,
    name,
    platform,
    settings: await checked(tx, platform, given),
    tags: tagsOf(tags),
  };
  tx.put(Group, group);
  return { deploymentGroupId: group.id };
}

async function refuseTaken(tx: Transaction, application: string, name: string): Promise<void> {
  if (name.length > 100) {
    throw failure("InvalidDeploymentGroupNameException", `Deployment group name ${name} is longer than 100`);
  }
  if ((await tx.get(Group, application, name)) !== undefined) {
    throw failure("DeploymentGroupAlreadyExistsException", `Deployment group already exists: ${name}`);
  }
}

async function checked(
  tx: Transaction,
  platform: GroupState["platform"],
  given: Omit<CreateDeploymentGroupInput, "applicationName" | "deploymentGroupName" | "tags">,
): Promise<Settings> {
  const { deploymentConfigName = defaultConfiguration[platform], serviceRoleArn } = given;
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(serviceRoleArn)) {
    throw failure("InvalidRoleException", `The service role ${serviceRoleArn} is not valid`);
  }
  const configuration = await openConfiguration(tx, deploymentConfigName);
  if (configuration.platform !== platform) {
    throw failure(
      "InvalidComputePlatformException",
      `The deployment configuration ${deploymentConfigName} is for the compute platform ${configuration.platform}, not ${platform}`,
    );
  }
  const { enabled, events = [] } = given.autoRollbackConfiguration ?? {};
  if (enabled === true && events.length === 0) {
    throw failure(
      "InvalidAutoRollbackConfigException",
      "The automatic rollback configuration is enabled, but names no events",
    );
  }
  if ((given.triggerConfigurations ?? []).length > 10) {
    throw failure("TriggerTargetsLimitExceededException", "A deployment group has at most 10 triggers");
  }
  if ((given.alarmConfiguration?.alarms ?? []).length > 10) {
    throw failure("AlarmsLimitExceededException", "A deployment group has at most 10 alarms");
  }
  return { ...given, deploymentConfigName, deploymentStyle: styleOf(platform, given.deploymentStyle) };
}

export async function updateDeploymentGroup(
  input: Input<"UpdateDeploymentGroup">,
  tx: Transaction,
): Promise<Output<"UpdateDeploymentGroup">> {
  const { applicationName, currentDeploymentGroupName, newDeploymentGroupName, ...given } = input;
  await openApplication(tx, applicationName);
  const group = await openGroup(tx, applicationName, currentDeploymentGroupName);
  const name = newDeploymentGroupName ?? group.name;
  if (name !== group.name) {
    await refuseTaken(tx, applicationName, name);
    tx.delete(Group, applicationName, group.name);
  }
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const settings = await checked(tx, group.platform, { ...group.settings, ...present });
  tx.put(Group, { ...group, name, settings });
  return { hooksNotCleanedUp: [] };
}

export async function getDeploymentGroup(
  { applicationName, deploymentGroupName }: Input<"GetDeploymentGroup">,
  tx: Transaction,
): Promise<Output<"GetDeploymentGroup">> {
  await openApplication(tx, applicationName);
  return { deploymentGroupInfo: shownGroup(await openGroup(tx, applicationName, deploymentGroupName)) };
}

export async function batchGetDeploymentGroups(
  { applicationName, deploymentGroupNames }: Input<"BatchGetDeploymentGroups">,
  tx: Transaction,
): Promise<Output<"BatchGetDeploymentGroups">> {
  refuseBatch(deploymentGroupNames, 100);
  await openApplication(tx, applicationName);
  const found = await Promise.all(deploymentGroupNames.map((name) => tx.get(Group, applicationName, name)));
  const missing = deploymentGroupNames.filter((_name, at) => found[at] === undefined);
  return {
    deploymentGroupsInfo: found.flatMap((group) => (group === undefined ? [] : shownGroup(group))),
    ...(missing.length === 0
      ? {}
      : { errorMessage: `No Deployment Group found for name: ${missing.join(", ")}` }),
  };
}

export async function listDeploymentGroups(
  { applicationName, nextToken: cursor }: Input<"ListDeploymentGroups">,
  tx: Transaction,
): Promise<Output<"ListDeploymentGroups">> {
  await openApplication(tx, applicationName);
  const page = await tx.list(Group, { prefix: [applicationName], cursor, limit: 100 });
  return { applicationName, deploymentGroups: page.values.map(({ name }) => name), ...nextToken(page) };
}

export async function deleteDeploymentGroup(
  { applicationName, deploymentGroupName }: Input<"DeleteDeploymentGroup">,
  tx: Transaction,
): Promise<Output<"DeleteDeploymentGroup">> {
  tx.delete(Group, applicationName, deploymentGroupName);
  return { hooksNotCleanedUp: [] };
}
