// AWS::Lambda::Alias, which may leave it to CodeDeploy to move to another version.

import { defineResourceType, type Properties, pick, unlessMissing } from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { lambda } from "../model.ts";
import { type AliasDeployment, deploy } from "./alias-deployment.ts";

const last = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1);
const withoutLast = (arn: string): string => arn.slice(0, arn.lastIndexOf(":"));

interface AliasProperties {
  readonly FunctionName: string;
  readonly FunctionVersion: string;
  readonly Name: string;
  readonly Description?: string;
  readonly ProvisionedConcurrencyConfig?: Properties;
  readonly RoutingConfig?: {
    readonly AdditionalVersionWeights?: readonly {
      readonly FunctionVersion: string;
      readonly FunctionWeight: number;
    }[];
  };
}

function aliasInput({ FunctionName, Name, FunctionVersion, Description, RoutingConfig }: AliasProperties) {
  const weights = (RoutingConfig?.AdditionalVersionWeights ?? []).map((each) => [
    each.FunctionVersion,
    each.FunctionWeight,
  ]);
  return {
    FunctionName,
    Name,
    FunctionVersion,
    Description: Description ?? "",
    RoutingConfig: { AdditionalVersionWeights: Object.fromEntries(weights) },
  };
}

export const aliasType = defineResourceType<AliasProperties>({
  type: "AWS::Lambda::Alias",
  create: async (properties, at) => {
    const made = await at.call(lambda, "CreateAlias", aliasInput(properties));
    const id = made.AliasArn!;
    at.made(id);
    const { FunctionName, Name, ProvisionedConcurrencyConfig } = properties;
    if (ProvisionedConcurrencyConfig !== undefined) {
      await at.call(lambda, "PutProvisionedConcurrencyConfig", {
        FunctionName,
        Qualifier: Name,
        ...ProvisionedConcurrencyConfig,
      });
    }
    return { id, attributes: { AliasArn: id } };
  },
  read: async (id, at) => {
    const names = { FunctionName: withoutLast(id), Name: last(id) };
    const found = await unlessMissing(at.call(lambda, "GetAlias", names));
    return found === undefined
      ? undefined
      : {
          ...pick(found, "Name", "FunctionVersion", "Description"),
          FunctionName: last(withoutLast(id)),
          AliasArn: id,
        };
  },
  update: async (_id, after, before, at) => {
    const deployment = at.updatePolicy?.CodeDeployLambdaAliasUpdate as AliasDeployment | undefined;
    if (deployment !== undefined && after.FunctionVersion !== before.FunctionVersion) {
      await deploy(deployment, after, at);
    }
    await at.call(lambda, "UpdateAlias", aliasInput(after));
    const { FunctionName, Name: Qualifier, ProvisionedConcurrencyConfig: wanted } = after;
    if (!same(wanted, before.ProvisionedConcurrencyConfig)) {
      if (wanted === undefined)
        await at.call(lambda, "DeleteProvisionedConcurrencyConfig", { FunctionName, Qualifier });
      else await at.call(lambda, "PutProvisionedConcurrencyConfig", { FunctionName, Qualifier, ...wanted });
    }
    return undefined;
  },
  delete: async (id, _properties, at) => {
    await at.call(lambda, "DeleteAlias", { FunctionName: withoutLast(id), Name: last(id) });
  },
});
