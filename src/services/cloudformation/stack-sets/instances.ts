// The instances of a stack set: one stack for each account and region.

import { fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateStackInstancesInput,
  CreateStackInstancesOutput,
  DeleteStackInstancesInput,
  DeleteStackInstancesOutput,
  DescribeStackInstanceInput,
  DescribeStackInstanceOutput,
  ListStackInstancesInput,
  ListStackInstancesOutput,
  StackSetOperationAction,
  StackSetOperationPreferences,
  UpdateStackInstancesInput,
  UpdateStackInstancesOutput,
} from "../../../model/generated/cloudformation.d.ts";
import { cloudformation, validationError } from "../model.ts";
import { announceSetOperation } from "../stacks/announce.ts";
import {
  type InstanceState,
  openSet,
  SetOperationRecord,
  StackInstance,
  StackSet,
  type StackSetState,
  setArn,
} from "./stack-set.ts";
import { stackSetWork } from "./work.ts";

interface SetPlace {
  readonly account: string;
  readonly region: string;
}

export function placesOf(
  accounts: readonly string[] | undefined,
  regions: readonly string[] | undefined,
): readonly SetPlace[] {
  return (accounts ?? []).flatMap((account) => (regions ?? []).map((region) => ({ account, region })));
}

/** Stores the set with its operation, and asks for the work; the operation's id. */
export function beginOperation(
  tx: Transaction,
  set: StackSetState,
  action: StackSetOperationAction,
  places: readonly SetPlace[],
  input: {
    readonly OperationId?: string | undefined;
    readonly OperationPreferences?: StackSetOperationPreferences | undefined;
    readonly RetainStacks?: boolean | undefined;
  },
): string {
  if (set.running !== undefined) {
    throw fault(
      cloudformation,
      "OperationInProgressException",
      `Another Operation on StackSet ${set.name} is in progress: ${set.running}`,
    );
  }
  const id = input.OperationId ?? tx.ids.uuid();
  tx.put(SetOperationRecord, {
    set: set.name,
    id,
    action,
    status: "RUNNING",
    begun: tx.now,
    principal: tx.principal,
    retainStacks: input.RetainStacks,
    preferences: input.OperationPreferences,
    results: places.map(({ account, region }) => ({ account, region, status: "PENDING" as const })),
  });
  announceSetOperation(tx, setArn(tx, set), id, "RUNNING");
  tx.put(StackSet, { ...set, running: id });
  tx.enqueue(stackSetWork, { set: set.name, id }, { id: `${set.name}/${id}` });
  return id;
}

const maximumInstances = 2000;

interface Targets {
  readonly Accounts?: readonly string[] | undefined;
  readonly Regions: readonly string[];
  readonly DeploymentTargets?:
    | {
        readonly Accounts?: readonly string[] | undefined;
        readonly OrganizationalUnitIds?: readonly string[] | undefined;
      }
    | undefined;
}

function targetPlaces({ Accounts, Regions, DeploymentTargets }: Targets): readonly SetPlace[] {
  if ((DeploymentTargets?.OrganizationalUnitIds ?? []).length > 0)
    throw notImplemented("cloudformation", "DeploymentTargets.OrganizationalUnitIds");
  const places = placesOf(Accounts ?? DeploymentTargets?.Accounts, Regions);
  if (places.length === 0) throw validationError("Accounts and Regions must be specified");
  if (places.length > maximumInstances)
    throw fault(cloudformation, "LimitExceededException", `More than ${maximumInstances} stack instances`);
  return places;
}

export async function createStackInstances(
  input: CreateStackInstancesInput,
  tx: Transaction,
): Promise<CreateStackInstancesOutput> {
  const set = await openSet(tx, input.StackSetName);
  const places = targetPlaces(input);
  const operation = beginOperation(tx, set, "CREATE", places, input);
  for (const { account, region } of places) {
    const existing = await tx.get(StackInstance, set.name, account, region);
    const instance: InstanceState = {
      set: set.name,
      account,
      region,
      stackId: existing?.stackId,
      overrides: input.ParameterOverrides ?? existing?.overrides ?? [],
      status: "OUTDATED",
      detailed: "PENDING",
      operation,
    };
    tx.put(StackInstance, instance);
  }
  return { OperationId: operation };
}

async function existingPlaces(
  tx: Transaction,
  set: StackSetState,
  input: Targets,
): Promise<readonly InstanceState[]> {
  const found: InstanceState[] = [];
  for (const { account, region } of targetPlaces(input)) {
    const instance = await tx.get(StackInstance, set.name, account, region);
    if (instance !== undefined) found.push(instance);
  }
  return found;
}

export async function updateStackInstances(
  input: UpdateStackInstancesInput,
  tx: Transaction,
): Promise<UpdateStackInstancesOutput> {
  const set = await openSet(tx, input.StackSetName);
  const instances = await existingPlaces(tx, set, input);
  if (instances.length === 0) throw instanceNotFound(set.name);
  const operation = beginOperation(tx, set, "UPDATE", instances, input);
  for (const each of instances) {
    tx.put(StackInstance, {
      ...each,
      overrides: input.ParameterOverrides ?? each.overrides,
      status: "OUTDATED",
      detailed: "PENDING",
      operation,
    });
  }
  return { OperationId: operation };
}

export async function deleteStackInstances(
  input: DeleteStackInstancesInput,
  tx: Transaction,
): Promise<DeleteStackInstancesOutput> {
  const set = await openSet(tx, input.StackSetName);
  const instances = await existingPlaces(tx, set, input);
  return { OperationId: beginOperation(tx, set, "DELETE", instances, input) };
}

export function instanceNotFound(name: string): ReturnType<typeof fault> {
  return fault(
    cloudformation,
    "StackInstanceNotFoundException",
    `StackInstance of StackSet ${name} not found`,
  );
}

const view = (set: StackSetState, each: InstanceState) => ({
  StackSetId: set.id,
  Account: each.account,
  Region: each.region,
  StackId: each.stackId,
  Status: each.status,
  StackInstanceStatus: { DetailedStatus: each.detailed },
  StatusReason: each.reason,
  DriftStatus: each.drift?.status ?? ("NOT_CHECKED" as const),
  LastDriftCheckTimestamp: each.drift?.checkedAt,
  LastOperationId: each.operation,
});

export async function describeStackInstance(
  input: DescribeStackInstanceInput,
  tx: Transaction,
): Promise<DescribeStackInstanceOutput> {
  const set = await openSet(tx, input.StackSetName);
  const found = await tx.get(StackInstance, set.name, input.StackInstanceAccount, input.StackInstanceRegion);
  if (found === undefined) throw instanceNotFound(set.name);
  return { StackInstance: { ...view(set, found), ParameterOverrides: found.overrides } };
}

export async function listStackInstances(
  input: ListStackInstancesInput,
  tx: Transaction,
): Promise<ListStackInstancesOutput> {
  const set = await openSet(tx, input.StackSetName);
  const { StackInstanceAccount: account, StackInstanceRegion: region } = input;
  const page = await tx.list(StackInstance, {
    prefix: account === undefined ? [set.name] : [set.name, account],
    cursor: input.NextToken,
    limit: input.MaxResults ?? 100,
  });
  return {
    Summaries: page.values
      .filter((each) => region === undefined || each.region === region)
      .map((each) => view(set, each)),
    ...(page.cursor === undefined ? {} : { NextToken: page.cursor }),
  };
}
