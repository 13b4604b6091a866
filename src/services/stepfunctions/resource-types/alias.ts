// AWS::StepFunctions::StateMachineAlias: routed as the template says, or moved to
// another version all at once, after a trial, or step by step.

import {
  defineResourceType,
  type Properties,
  type ResourceContext,
  ResourceFailure,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { stepfunctions } from "../model.ts";
import { lowerCamel } from "./state-machine.ts";

interface DeploymentPreference {
  readonly StateMachineVersionArn: string;
  readonly Type: string;
  readonly Percentage?: number;
  /** Minutes. */
  readonly Interval?: number;
  readonly Alarms?: readonly string[];
}

interface AliasProperties {
  readonly Name: string;
  readonly Description?: string;
  readonly RoutingConfiguration?: readonly Properties[];
  readonly DeploymentPreference?: DeploymentPreference;
}

interface Route {
  readonly stateMachineVersionArn: string;
  readonly weight: number;
}

const whole = (stateMachineVersionArn: string): readonly Route[] => [{ stateMachineVersionArn, weight: 100 }];

function check({ DeploymentPreference: preference, RoutingConfiguration }: AliasProperties): void {
  if ((preference === undefined) === (RoutingConfiguration === undefined))
    throw new ResourceFailure("Specify either RoutingConfiguration or DeploymentPreference, and not both.");
  if (preference === undefined) return;
  const { Type, Percentage, Interval, Alarms } = preference;
  if (Alarms !== undefined && Alarms.length > 0)
    throw new ResourceFailure(
      "Cumulet does not implement Alarms of AWS::StepFunctions::StateMachineAlias yet.",
    );
  if (!["ALL_AT_ONCE", "CANARY", "LINEAR"].includes(Type))
    throw new ResourceFailure("The Type of a DeploymentPreference is ALL_AT_ONCE, CANARY or LINEAR.");
  const gradual = Type !== "ALL_AT_ONCE";
  if (gradual && (Percentage === undefined || Interval === undefined))
    throw new ResourceFailure(`Percentage and Interval are required where the Type is ${Type}.`);
  if (gradual && !(Percentage! >= 1 && Percentage! <= 99 && Interval! >= 1 && Interval! <= 2100))
    throw new ResourceFailure("Percentage is from 1 to 99, and Interval from 1 to 2100 minutes.");
}

const routingOf = ({ DeploymentPreference, RoutingConfiguration }: AliasProperties): readonly Route[] =>
  DeploymentPreference === undefined
    ? (lowerCamel(RoutingConfiguration) as unknown as readonly Route[])
    : whole(DeploymentPreference.StateMachineVersionArn);

/** Goes on from the weights that are there: a run that was cut off is taken up. */
async function move(
  id: string,
  description: string,
  preference: DeploymentPreference,
  at: ResourceContext,
): Promise<void> {
  const { StateMachineVersionArn: wanted, Type, Percentage = 100, Interval = 0 } = preference;
  const route = (routingConfiguration: readonly Route[]) =>
    at.ctx.call(stepfunctions, "UpdateStateMachineAlias", {
      stateMachineAliasArn: id,
      description,
      routingConfiguration,
    });
  for (;;) {
    const { routingConfiguration = [] } = await at.ctx.call(stepfunctions, "DescribeStateMachineAlias", {
      stateMachineAliasArn: id,
    });
    const there = routingConfiguration.find(({ stateMachineVersionArn: arn }) => arn === wanted)?.weight ?? 0;
    const other = routingConfiguration.find(({ stateMachineVersionArn: arn }) => arn !== wanted);
    const next = Type === "CANARY" && there > 0 ? 100 : Math.min(there + Percentage, 100);
    if (there > 0 && there < 100) {
      await at.ctx.sleepUntil(at.ctx.now() + Interval * 60_000);
      if (at.ctx.signal.aborted) throw new ResourceFailure("The move of the alias was cut off.");
    }
    if (there === 100 || other === undefined || Type === "ALL_AT_ONCE" || next === 100) {
      await route(whole(wanted));
      return;
    }
    await route([
      { stateMachineVersionArn: wanted, weight: next },
      { ...other, weight: 100 - next },
    ]);
  }
}

export const stateMachineAliasType = defineResourceType<AliasProperties>({
  type: "AWS::StepFunctions::StateMachineAlias",
  name: { property: "Name", maximum: 80 },
  create: async (properties, at) => {
    check(properties);
    const { stateMachineAliasArn } = await at.call(stepfunctions, "CreateStateMachineAlias", {
      name: properties.Name,
      description: properties.Description,
      routingConfiguration: routingOf(properties),
    });
    return { id: stateMachineAliasArn, attributes: { Arn: stateMachineAliasArn } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(
      at.call(stepfunctions, "DescribeStateMachineAlias", { stateMachineAliasArn: id }),
    );
    return found === undefined ? undefined : { Arn: id, Name: found.name, Description: found.description };
  },
  update: async (id, after, _before, at) => {
    check(after);
    const description = after.Description ?? "";
    if (after.DeploymentPreference !== undefined) await move(id, description, after.DeploymentPreference, at);
    else
      await at.call(stepfunctions, "UpdateStateMachineAlias", {
        stateMachineAliasArn: id,
        description,
        routingConfiguration: routingOf(after),
      });
    return undefined;
  },
  delete: async (id, _properties, at) => {
    await at.call(stepfunctions, "DeleteStateMachineAlias", { stateMachineAliasArn: id });
  },
});
