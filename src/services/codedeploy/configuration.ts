// Deployment configurations: how traffic moves, or how many instances must stay
// healthy. AWS's own are always there.
// https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html

import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type {
  ComputePlatform,
  DeploymentConfigInfo,
  MinimumHealthyHosts,
  TrafficRoutingConfig,
  ZonalConfig,
} from "../../model/generated/codedeploy.d.ts";
import { failure } from "./model.ts";

export interface ConfigurationState {
  readonly id: string;
  readonly name: string;
  readonly platform: ComputePlatform;
  readonly createdAt?: number | undefined;
  readonly minimumHealthyHosts?: MinimumHealthyHosts | undefined;
  readonly zonalConfig?: ZonalConfig | undefined;
  readonly routing?: TrafficRoutingConfig | undefined;
}

export const Configuration = defineResource<ConfigurationState>()({
  service: "codedeploy",
  type: "configuration",
  key: ({ name }) => [name],
  arn: ({ name }, { region, account }) => `arn:aws:codedeploy:${region}:${account}:deploymentconfig:${name}`,
});

const prefix = "CodeDeployDefault.";

function own(
  name: string,
  platform: ComputePlatform,
  more: Pick<ConfigurationState, "routing" | "minimumHealthyHosts">,
): ConfigurationState {
  return { id: "00000000-0000-0000-0000-000000000000", name: `${prefix}${name}`, platform, ...more };
}

const canary = (canaryPercentage: number, canaryInterval: number): TrafficRoutingConfig => ({
  type: "TimeBasedCanary",
  timeBasedCanary: { canaryPercentage, canaryInterval },
});

const linear = (linearPercentage: number, linearInterval: number): TrafficRoutingConfig => ({
  type: "TimeBasedLinear",
  timeBasedLinear: { linearPercentage, linearInterval },
});

const allAtOnce: TrafficRoutingConfig = { type: "AllAtOnce" };

export const predefined: ReadonlyMap<string, ConfigurationState> = new Map(
  [
    own("AllAtOnce", "Server", { minimumHealthyHosts: { type: "HOST_COUNT", value: 0 } }),
    own("HalfAtATime", "Server", { minimumHealthyHosts: { type: "FLEET_PERCENT", value: 50 } }),
    own("OneAtATime", "Server", { minimumHealthyHosts: { type: "FLEET_PERCENT", value: 99 } }),
    own("LambdaAllAtOnce", "Lambda", { routing: allAtOnce }),
    ...[5, 10, 15, 30].map((minutes) =>
      own(`LambdaCanary10Percent${minutes}Minutes`, "Lambda", { routing: canary(10, minutes) }),
    ),
    own("LambdaLinear10PercentEvery1Minute", "Lambda", { routing: linear(10, 1) }),
    ...[2, 3, 10].map((minutes) =>
      own(`LambdaLinear10PercentEvery${minutes}Minutes`, "Lambda", { routing: linear(10, minutes) }),
    ),
    own("ECSAllAtOnce", "ECS", { routing: allAtOnce }),
    ...[5, 15].map((minutes) =>
      own(`ECSCanary10Percent${minutes}Minutes`, "ECS", { routing: canary(10, minutes) }),
    ),
    own("ECSLinear10PercentEvery1Minutes", "ECS", { routing: linear(10, 1) }),
    own("ECSLinear10PercentEvery3Minutes", "ECS", { routing: linear(10, 3) }),
  ].map((each) => [each.name, each]),
);

export const isReserved = (name: string): boolean => name.startsWith(prefix);

export async function openConfiguration(tx: Transaction, name: string): Promise<ConfigurationState> {
  const found = predefined.get(name) ?? (await tx.get(Configuration, name));
  if (found === undefined) {
    throw failure(
      "DeploymentConfigDoesNotExistException",
      `No deployment configuration found for name: ${name}`,
    );
  }
  return found;
}

export function shownConfiguration(state: ConfigurationState): DeploymentConfigInfo {
  return {
    deploymentConfigId: state.id,
    deploymentConfigName: state.name,
    minimumHealthyHosts: state.minimumHealthyHosts,
    createTime: state.createdAt,
    computePlatform: state.platform,
    trafficRoutingConfig: state.routing,
    zonalConfig: state.zonalConfig,
  };
}

/** The default of a group, or of a deployment, that names none. */
export const defaultConfiguration: Readonly<Record<ComputePlatform, string>> = {
  Server: `${prefix}OneAtATime`,
  Lambda: `${prefix}LambdaAllAtOnce`,
  ECS: `${prefix}ECSAllAtOnce`,
};

/** One step of moving traffic: the new version's share, in percent, and how long it stays so, in milliseconds. */
export interface Step {
  readonly weight: number;
  readonly stay: number;
}

/** Ends with 100 %. */
export function stepsOf(routing: TrafficRoutingConfig = allAtOnce): readonly Step[] {
  const { canaryPercentage = 10, canaryInterval = 5 } = routing.timeBasedCanary ?? {};
  const { linearPercentage = 10, linearInterval = 1 } = routing.timeBasedLinear ?? {};
  const whole: Step = { weight: 100, stay: 0 };
  if (routing.type === "TimeBasedCanary") {
    return [{ weight: canaryPercentage, stay: canaryInterval * 60_000 }, whole];
  }
  if (routing.type !== "TimeBasedLinear") return [whole];
  const steps: Step[] = [];
  for (let weight = linearPercentage; weight < 100; weight += linearPercentage) {
    steps.push({ weight, stay: linearInterval * 60_000 });
  }
  return [...steps, whole];
}
