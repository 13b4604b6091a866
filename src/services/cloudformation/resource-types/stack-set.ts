// AWS::CloudFormation::StackSet: a set and its instances, group by group.

import {
  defineResourceType,
  type Properties,
  pick,
  type ResourceContext,
  ResourceFailure,
  type Tag,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { cloudformation } from "../model.ts";

interface InstancesGroup {
  readonly DeploymentTargets: Properties & { readonly Accounts?: readonly string[] };
  readonly ParameterOverrides?: readonly Properties[];
  readonly Regions: readonly string[];
}

interface StackSetProperties {
  readonly StackSetName: string;
  readonly OperationPreferences?: Properties;
  readonly Parameters?: readonly Properties[];
  readonly StackInstancesGroup?: readonly InstancesGroup[];
  readonly Tags?: readonly Tag[];
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly [name: string]: unknown;
}

/** What one operation deploys with the same overrides. */
interface Instances {
  readonly account: string;
  readonly region: string;
  readonly overrides: readonly Properties[];
}

const pauseMilliseconds = 100;

const settings = ({
  StackInstancesGroup: _groups,
  OperationPreferences: _preferences,
  ...rest
}: StackSetProperties): Properties => rest;

function instancesOf({ StackInstancesGroup = [] }: Partial<StackSetProperties>): readonly Instances[] {
  return StackInstancesGroup.flatMap(({ DeploymentTargets, Regions, ParameterOverrides = [] }) =>
    (DeploymentTargets.Accounts ?? []).flatMap((account) =>
      Regions.map((region) => ({ account, region, overrides: ParameterOverrides })),
    ),
  );
}

const samePlace = (a: Instances) => (b: Instances) => a.account === b.account && a.region === b.region;

/** Waits for an operation of the set to end; fails as it did. */
async function ended(set: string, OperationId: string | undefined, at: ResourceContext): Promise<void> {
  for (;;) {
    const names = { StackSetName: set, OperationId: OperationId! };
    const { StackSetOperation } = await at.ctx.call(cloudformation, "DescribeStackSetOperation", names);
    const status = StackSetOperation?.Status;
    if (status === "SUCCEEDED") return;
    if (status === "FAILED" || status === "STOPPED") {
      const { Summaries = [] } = await at.ctx.call(cloudformation, "ListStackSetOperationResults", names);
      const reasons = Summaries.flatMap(({ StatusReason }) => StatusReason ?? []);
      throw new ResourceFailure(
        `Stack set operation [${OperationId}] was unexpectedly stopped or failed. status reason(s): [${reasons.join(", ")}]`,
      );
    }
    if (at.ctx.signal.aborted) throw new ResourceFailure("The wait for the stack set was cut off.");
    await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
  }
}

/** Waits for the operation that an earlier attempt, cut off or cut short, has left under way. */
async function idle(set: string, at: ResourceContext): Promise<void> {
  for (;;) {
    const { Summaries = [] } = await at.ctx.call(cloudformation, "ListStackSetOperations", {
      StackSetName: set,
      MaxResults: 1,
    });
    if (!/^(RUNNING|STOPPING|QUEUED)$/.test(Summaries[0]?.Status ?? "")) return;
    if (at.ctx.signal.aborted) throw new ResourceFailure("The wait for the stack set was cut off.");
    await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
  }
}

async function operate(
  operation: "CreateStackInstances" | "DeleteStackInstances" | "UpdateStackInstances",
  set: string,
  groups: readonly InstancesGroup[],
  preferences: Properties | undefined,
  at: ResourceContext,
): Promise<void> {
  for (const { DeploymentTargets, Regions, ParameterOverrides } of groups) {
    const { OperationId } = await at.call(cloudformation, operation, {
      StackSetName: set,
      DeploymentTargets,
      Regions,
      ...(preferences === undefined ? {} : { OperationPreferences: preferences }),
      ...(operation === "DeleteStackInstances" ? { RetainStacks: false } : { ParameterOverrides }),
    });
    await ended(set, OperationId, at);
  }
}

/** One group for each instance: operations of a change are then exactly about what has changed. */
const apart = (instances: readonly Instances[]): readonly InstancesGroup[] =>
  instances.map(({ account, region, overrides }) => ({
    DeploymentTargets: { Accounts: [account] },
    Regions: [region],
    ParameterOverrides: overrides,
  }));

export const stackSetType = defineResourceType<StackSetProperties>({
  type: "AWS::CloudFormation::StackSet",
  create: async (properties, at) => {
    const { StackSetName } = properties;
    const { StackSetId: id = "" } = await at.call(cloudformation, "CreateStackSet", settings(properties));
    at.made(id);
    const { StackInstancesGroup = [], OperationPreferences } = properties;
    await operate("CreateStackInstances", StackSetName, StackInstancesGroup, OperationPreferences, at);
    return { id, attributes: { StackSetId: id } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(at.call(cloudformation, "DescribeStackSet", { StackSetName: id }));
    if (found?.StackSet === undefined) return undefined;
    const { Tags = [], Parameters = [], ...set } = found.StackSet;
    return {
      StackSetId: id,
      ...pick(
        set,
        "StackSetName",
        "Description",
        "TemplateBody",
        "Capabilities",
        "AdministrationRoleARN",
        "ExecutionRoleName",
        "PermissionModel",
        "ManagedExecution",
      ),
      ...(Parameters.length > 0 ? { Parameters } : {}),
      Tags,
    };
  },
  update: async (_id, after, before, at) => {
    const { StackSetName: set, OperationPreferences } = after;
    await idle(set, at);
    if (!same(settings(after), settings(before))) {
      const { OperationId } = await at.call(cloudformation, "UpdateStackSet", {
        ...settings(after),
        Tags: after.Tags ?? [],
        ...(OperationPreferences === undefined ? {} : { OperationPreferences }),
      });
      await ended(set, OperationId, at);
    }
    const [wanted, old] = [instancesOf(after), instancesOf(before)];
    const gone = old.filter((each) => !wanted.some(samePlace(each)));
    const fresh = wanted.filter((each) => !old.some(samePlace(each)));
    const other = wanted.filter((each) =>
      old.some((previous) => samePlace(each)(previous) && !same(previous.overrides, each.overrides)),
    );
    await operate("DeleteStackInstances", set, apart(gone), OperationPreferences, at);
    await operate("CreateStackInstances", set, apart(fresh), OperationPreferences, at);
    await operate("UpdateStackInstances", set, apart(other), OperationPreferences, at);
    return undefined;
  },
  delete: async (id, { OperationPreferences }, at) => {
    const StackSetName = id.split(":")[0] ?? "";
    await idle(StackSetName, at);
    const { Summaries = [] } = await at.ctx.call(cloudformation, "ListStackInstances", { StackSetName });
    const groups = apart(
      Summaries.map(({ Account = "", Region = "" }) => ({ account: Account, region: Region, overrides: [] })),
    );
    await operate("DeleteStackInstances", StackSetName, groups, OperationPreferences, at);
    await at.call(cloudformation, "DeleteStackSet", { StackSetName });
  },
  list: async (at) => {
    const ids: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await at.call(cloudformation, "ListStackSets", { NextToken, Status: "ACTIVE" });
      ids.push(...(page.Summaries ?? []).map(({ StackSetId }) => StackSetId!));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return ids;
  },
});
