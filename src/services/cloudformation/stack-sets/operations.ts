// Stack sets as such: made, changed, shown, deleted; and what their operations
// have come to.

import { fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { parseTemplate } from "../../../lang/template/parse.ts";
import { readTemplate } from "../../../lang/template/template.ts";
import type {
  CreateStackSetInput,
  CreateStackSetOutput,
  DeleteStackSetInput,
  DescribeStackSetInput,
  DescribeStackSetOperationInput,
  DescribeStackSetOperationOutput,
  DescribeStackSetOutput,
  ListStackSetOperationResultsInput,
  ListStackSetOperationResultsOutput,
  ListStackSetOperationsInput,
  ListStackSetOperationsOutput,
  ListStackSetsInput,
  ListStackSetsOutput,
  StopStackSetOperationInput,
  UpdateStackSetInput,
  UpdateStackSetOutput,
} from "../../../model/generated/cloudformation.d.ts";
import { cloudformation, validationError } from "../model.ts";
import { announceSet } from "../stacks/announce.ts";
import { templateText } from "../templates/source.ts";
import { asValidation, tagsOf } from "../templates/target.ts";
import { driftDetails } from "./drift.ts";
import { beginOperation, placesOf } from "./instances.ts";
import {
  openSet,
  SetOperationRecord,
  StackInstance,
  StackSet,
  type StackSetState,
  setArn,
} from "./stack-set.ts";

type Nothing = Record<string, never>;

const pageSize = 100;
const next = (cursor: string | undefined) => (cursor === undefined ? {} : { NextToken: cursor });

function refuseOrganizations(input: {
  readonly PermissionModel?: string | undefined;
  readonly CallAs?: string | undefined;
}) {
  if (input.PermissionModel === "SERVICE_MANAGED")
    // There are no organizations whose access could be enabled.
    throw validationError("You must enable organizations access to operate a service managed stack set");
  if (input.CallAs === "DELEGATED_ADMIN") throw notImplemented("cloudformation", "CallAs DELEGATED_ADMIN");
}

/** The template must at least be one; what it needs is found out where it is deployed. */
async function checked(text: string | undefined): Promise<string> {
  if (text === undefined) throw validationError("Either Template URL or Template Body must be specified.");
  await asValidation(async () => readTemplate(await parseTemplate(text)));
  return text;
}

export async function createStackSet(
  input: CreateStackSetInput,
  ctx: Waiting,
): Promise<CreateStackSetOutput> {
  refuseOrganizations(input);
  if (input.StackId !== undefined) throw notImplemented("cloudformation", "StackId of CreateStackSet");
  const { StackSetName: name } = input;
  if (!/^[a-zA-Z][-a-zA-Z0-9]*$/.test(name) || name.length > 128) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'stackSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  }
  const template = await checked(await templateText(ctx, input));
  return ctx.atomically(async (tx) => {
    if ((await tx.get(StackSet, name)) !== undefined)
      throw fault(cloudformation, "NameAlreadyExistsException", `StackSet ${name} already exists`);
    const set: StackSetState = {
      id: `${name}:${tx.ids.uuid()}`,
      name,
      description: input.Description,
      template,
      parameters: input.Parameters ?? [],
      capabilities: input.Capabilities ?? [],
      tags: tagsOf(input.Tags) ?? {},
      administrationRoleArn: input.AdministrationRoleARN,
      executionRoleName: input.ExecutionRoleName ?? "AWSCloudFormationStackSetExecutionRole",
      managedExecution: input.ManagedExecution?.Active === true,
    };
    tx.put(StackSet, set);
    announceSet(tx, setArn(tx, set), "ACTIVE");
    return { StackSetId: set.id };
  });
}

export async function updateStackSet(
  input: UpdateStackSetInput,
  ctx: Waiting,
): Promise<UpdateStackSetOutput> {
  refuseOrganizations(input);
  const template =
    input.UsePreviousTemplate === true ? undefined : await checked(await templateText(ctx, input));
  return ctx.atomically(async (tx) => {
    const set = await openSet(tx, input.StackSetName);
    const previous = new Map(set.parameters.map((each) => [each.ParameterKey, each]));
    const parameters = (input.Parameters ?? []).map((each) =>
      each.UsePreviousValue === true ? (previous.get(each.ParameterKey) ?? each) : each,
    );
    const changed: StackSetState = {
      ...set,
      description: input.Description ?? set.description,
      template: template ?? set.template,
      parameters,
      capabilities: input.Capabilities ?? [],
      tags: tagsOf(input.Tags) ?? set.tags,
      administrationRoleArn: input.AdministrationRoleARN ?? set.administrationRoleArn,
      executionRoleName: input.ExecutionRoleName ?? set.executionRoleName,
    };
    const instances = await tx.all(StackInstance, [set.name]);
    const wanted = placesOf(input.Accounts, input.Regions);
    const places =
      wanted.length === 0
        ? instances
        : instances.filter((each) =>
            wanted.some(({ account, region }) => account === each.account && region === each.region),
          );
    for (const instance of instances)
      tx.put(StackInstance, { ...instance, status: "OUTDATED", detailed: "PENDING" });
    return { OperationId: beginOperation(tx, changed, "UPDATE", places, input) };
  });
}

export async function deleteStackSet(input: DeleteStackSetInput, tx: Transaction): Promise<Nothing> {
  refuseOrganizations(input);
  const name = input.StackSetName.split(":")[0] ?? "";
  const set = await tx.get(StackSet, name);
  if (set === undefined) return {};
  if (set.running !== undefined) throw inProgress(set);
  const { values } = await tx.list(StackInstance, { prefix: [name], limit: 1 });
  if (values.length > 0) throw fault(cloudformation, "StackSetNotEmptyException", "StackSet is not empty");
  for (const { id } of await tx.all(SetOperationRecord, [name])) tx.delete(SetOperationRecord, name, id);
  tx.delete(StackSet, name);
  announceSet(tx, setArn(tx, set), "DELETED");
  return {};
}

export function inProgress({ name, running }: StackSetState): ReturnType<typeof fault> {
  return fault(
    cloudformation,
    "OperationInProgressException",
    `Another Operation on StackSet ${name} is in progress: ${running}`,
  );
}

export async function describeStackSet(
  input: DescribeStackSetInput,
  tx: Transaction,
): Promise<DescribeStackSetOutput> {
  const set = await openSet(tx, input.StackSetName);
  const instances = await tx.all(StackInstance, [set.name]);
  return {
    StackSet: {
      StackSetName: set.name,
      StackSetId: set.id,
      Description: set.description,
      Status: "ACTIVE",
      TemplateBody: set.template,
      Parameters: set.parameters,
      Capabilities: set.capabilities,
      Tags: Object.entries(set.tags).map(([Key, Value]) => ({ Key, Value })),
      StackSetARN: setArn(tx, set),
      AdministrationRoleARN:
        set.administrationRoleArn ??
        `arn:aws:iam::${tx.account}:role/AWSCloudFormationStackSetAdministrationRole`,
      ExecutionRoleName: set.executionRoleName,
      StackSetDriftDetectionDetails: driftDetails(set, instances),
      PermissionModel: "SELF_MANAGED",
      OrganizationalUnitIds: [],
      ManagedExecution: { Active: set.managedExecution },
      Regions: [...new Set(instances.map(({ region }) => region))],
    },
  };
}

export async function listStackSets(
  input: ListStackSetsInput,
  tx: Transaction,
): Promise<ListStackSetsOutput> {
  if (input.Status === "DELETED") return { Summaries: [] };
  const page = await tx.list(StackSet, { cursor: input.NextToken, limit: input.MaxResults ?? pageSize });
  return {
    Summaries: page.values.map((set) => ({
      StackSetName: set.name,
      StackSetId: set.id,
      Description: set.description,
      Status: "ACTIVE",
      PermissionModel: "SELF_MANAGED",
      DriftStatus: "NOT_CHECKED",
      ManagedExecution: { Active: set.managedExecution },
    })),
    ...next(page.cursor),
  };
}

async function openOperation(tx: Transaction, nameOrId: string, id: string) {
  const set = await openSet(tx, nameOrId);
  const operation = await tx.get(SetOperationRecord, set.name, id);
  if (operation === undefined)
    throw fault(cloudformation, "OperationNotFoundException", `Operation ${id} not found`);
  return { set, operation };
}

export async function describeSetOperation(
  input: DescribeStackSetOperationInput,
  tx: Transaction,
): Promise<DescribeStackSetOperationOutput> {
  const { set, operation } = await openOperation(tx, input.StackSetName, input.OperationId);
  return {
    StackSetOperation: {
      OperationId: operation.id,
      StackSetId: set.id,
      Action: operation.action,
      Status: operation.status,
      StatusReason: operation.reason,
      OperationPreferences: operation.preferences,
      RetainStacks: operation.retainStacks,
      ...(operation.action === "DETECT_DRIFT"
        ? { StackSetDriftDetectionDetails: driftDetails(set, await tx.all(StackInstance, [set.name])) }
        : {}),
      ExecutionRoleName: set.executionRoleName,
      CreationTimestamp: operation.begun,
      EndTimestamp: operation.ended,
      StatusDetails: {
        FailedStackInstancesCount: operation.results.filter(({ status }) => status === "FAILED").length,
      },
    },
  };
}

export async function listSetOperations(
  input: ListStackSetOperationsInput,
  tx: Transaction,
): Promise<ListStackSetOperationsOutput> {
  const set = await openSet(tx, input.StackSetName);
  const page = await tx.list(SetOperationRecord, {
    index: "time",
    prefix: [set.name],
    reverse: true,
    cursor: input.NextToken,
    limit: input.MaxResults ?? pageSize,
  });
  return {
    Summaries: page.values.map((each) => ({
      OperationId: each.id,
      Action: each.action,
      Status: each.status,
      CreationTimestamp: each.begun,
      EndTimestamp: each.ended,
    })),
    ...next(page.cursor),
  };
}

export async function listSetOperationResults(
  input: ListStackSetOperationResultsInput,
  tx: Transaction,
): Promise<ListStackSetOperationResultsOutput> {
  const { operation } = await openOperation(tx, input.StackSetName, input.OperationId);
  const from = input.NextToken === undefined ? 0 : Number(input.NextToken);
  if (!Number.isInteger(from) || from < 0) throw validationError("NextToken is not valid");
  const size = input.MaxResults ?? pageSize;
  return {
    Summaries: operation.results.slice(from, from + size).map(({ account, region, status, reason }) => ({
      Account: account,
      Region: region,
      Status: status,
      StatusReason: reason,
    })),
    ...(from + size < operation.results.length ? { NextToken: String(from + size) } : {}),
  };
}

export async function stopSetOperation(input: StopStackSetOperationInput, tx: Transaction): Promise<Nothing> {
  const { operation } = await openOperation(tx, input.StackSetName, input.OperationId);
  if (operation.status !== "RUNNING") {
    throw fault(cloudformation, "InvalidOperationException", `Operation ${operation.id} is not running`);
  }
  tx.put(SetOperationRecord, { ...operation, status: "STOPPING" });
  return {};
}
