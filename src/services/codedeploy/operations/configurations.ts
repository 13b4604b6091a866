// Deployment configurations of users, and a look at AWS's own.

import type { Transaction } from "../../../core/transaction.ts";
import {
  Configuration,
  type ConfigurationState,
  isReserved,
  openConfiguration,
  predefined,
  shownConfiguration,
} from "../configuration.ts";
import { Group } from "../group.ts";
import { failure, type Input, nextToken, nothing, type Output } from "../model.ts";

export async function createDeploymentConfig(
  input: Input<"CreateDeploymentConfig">,
  tx: Transaction,
): Promise<Output<"CreateDeploymentConfig">> {
  const { deploymentConfigName: name, computePlatform: platform = "Server" } = input;
  if (isReserved(name) || name.length > 100) {
    throw failure(
      "InvalidDeploymentConfigNameException",
      `The deployment configuration name ${name} is not valid`,
    );
  }
  if ((await tx.get(Configuration, name)) !== undefined) {
    throw failure(
      "DeploymentConfigAlreadyExistsException",
      `Deployment configuration already exists: ${name}`,
    );
  }
  const state: ConfigurationState = {
    id: tx.ids.uuid(),
    name,
    platform,
    createdAt: tx.now,
    ...(platform === "Server" ? hostsOf(input) : { routing: routingOf(input) }),
  };
  tx.put(Configuration, state);
  return { deploymentConfigId: state.id };
}

function hostsOf({ minimumHealthyHosts, zonalConfig }: Input<"CreateDeploymentConfig">) {
  const { type, value } = minimumHealthyHosts ?? {};
  const most = type === "FLEET_PERCENT" ? 100 : Number.MAX_SAFE_INTEGER;
  if (type === undefined || value === undefined || value < 0 || value > most) {
    throw failure("InvalidMinimumHealthyHostValueException", "The minimum of healthy hosts is not valid");
  }
  return { minimumHealthyHosts, zonalConfig };
}

function routingOf({ trafficRoutingConfig: routing, minimumHealthyHosts }: Input<"CreateDeploymentConfig">) {
  const wrong = (message: string) => failure("InvalidTrafficRoutingConfigurationException", message);
  if (minimumHealthyHosts !== undefined) {
    throw failure(
      "InvalidComputePlatformException",
      "Minimum healthy hosts are for the compute platform Server only",
    );
  }
  if (routing?.type === undefined) throw wrong("The traffic routing configuration is missing its type");
  if (routing.type === "AllAtOnce") return { type: routing.type };
  const canary = routing.type === "TimeBasedCanary";
  const [percentage, interval] = canary
    ? [routing.timeBasedCanary?.canaryPercentage, routing.timeBasedCanary?.canaryInterval]
    : [routing.timeBasedLinear?.linearPercentage, routing.timeBasedLinear?.linearInterval];
  if (percentage === undefined || percentage < 1 || percentage > 99) {
    throw wrong("The percentage must be between 1 and 99");
  }
  if (interval === undefined || interval < 1 || interval > 2880) {
    throw wrong("The interval must be between 1 and 2880 minutes");
  }
  return routing;
}

export async function getDeploymentConfig(
  { deploymentConfigName }: Input<"GetDeploymentConfig">,
  tx: Transaction,
): Promise<Output<"GetDeploymentConfig">> {
  return { deploymentConfigInfo: shownConfiguration(await openConfiguration(tx, deploymentConfigName)) };
}

/** AWS's own stand at the head of the first page. */
export async function listDeploymentConfigs(
  input: Input<"ListDeploymentConfigs">,
  tx: Transaction,
): Promise<Output<"ListDeploymentConfigs">> {
  const page = await tx.list(Configuration, { cursor: input.nextToken, limit: 100 });
  const own = input.nextToken === undefined ? [...predefined.keys()] : [];
  return { deploymentConfigsList: [...own, ...page.values.map(({ name }) => name)], ...nextToken(page) };
}

export async function deleteDeploymentConfig(
  { deploymentConfigName: name }: Input<"DeleteDeploymentConfig">,
  tx: Transaction,
): Promise<Output<"DeleteDeploymentConfig">> {
  if (isReserved(name)) {
    throw failure("InvalidOperationException", `The deployment configuration ${name} cannot be deleted`);
  }
  const groups = await tx.all(Group);
  if (groups.some(({ settings }) => settings.deploymentConfigName === name)) {
    throw failure("DeploymentConfigInUseException", `Deployment configuration ${name} is in use`);
  }
  tx.delete(Configuration, name);
  return nothing;
}
