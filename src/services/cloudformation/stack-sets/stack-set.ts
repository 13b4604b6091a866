// A stack set: one template for many accounts and regions, its instances there,
// and the operations that bring them in line.

import { fault } from "../../../core/fault.ts";
import type { Place } from "../../../core/place.ts";
import type { Principal } from "../../../core/principal.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  Capability,
  Parameter,
  StackInstanceDetailedStatus,
  StackInstanceStatus,
  StackSetDriftDetectionStatus,
  StackSetOperationAction,
  StackSetOperationPreferences,
  StackSetOperationResultStatus,
  StackSetOperationStatus,
} from "../../../model/generated/cloudformation.d.ts";
import { cloudformation } from "../model.ts";
import type { StackState } from "../stacks/stack.ts";

export interface StackSetState {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly template: string;
  readonly parameters: readonly Parameter[];
  readonly capabilities: readonly Capability[];
  readonly tags: Readonly<Record<string, string>>;
  readonly administrationRoleArn?: string | undefined;
  readonly executionRoleName: string;
  readonly managedExecution: boolean;
  /** The operation under way: there is one at a time. */
  readonly running?: string | undefined;
  /** Of its drift, the latest. */
  readonly detection?:
    | { readonly status: StackSetDriftDetectionStatus; readonly at: number; readonly failed: number }
    | undefined;
}

export const StackSet = defineResource<StackSetState>()({
  service: "cloudformation",
  type: "stackset",
  key: ({ name }) => [name],
  arn: ({ id }, at) => `arn:aws:cloudformation:${at.region}:${at.account}:stackset/${id}`,
  tags: ({ tags }) => tags,
});

export interface InstanceState {
  readonly set: string;
  readonly account: string;
  readonly region: string;
  readonly stackId?: string | undefined;
  readonly overrides: readonly Parameter[];
  readonly status: StackInstanceStatus;
  readonly detailed: StackInstanceDetailedStatus;
  readonly reason?: string | undefined;
  readonly operation: string;
  readonly drift?: InstanceDrift | undefined;
}

export type InstanceDrift = NonNullable<StackState["drift"]>;

export const StackInstance = defineResource<InstanceState>()({
  service: "cloudformation",
  type: "stack-instance",
  key: ({ set, account, region }) => [set, account, region],
});

export interface SetOperation {
  readonly set: string;
  readonly id: string;
  readonly action: StackSetOperationAction;
  readonly status: StackSetOperationStatus;
  readonly reason?: string | undefined;
  readonly begun: number;
  readonly ended?: number | undefined;
  readonly principal: Principal;
  readonly retainStacks?: boolean | undefined;
  readonly preferences?: StackSetOperationPreferences | undefined;
  readonly results: readonly SetResult[];
}

export interface SetResult {
  readonly account: string;
  readonly region: string;
  readonly status: StackSetOperationResultStatus;
  readonly reason?: string | undefined;
}

export const SetOperationRecord = defineResource<SetOperation>()({
  service: "cloudformation",
  type: "stackset-operation",
  key: ({ set, id }) => [set, id],
  indexes: { time: ({ set, begun, id }) => [set, begun, id] },
});

export function setArn({ region, account }: Place, { id }: Pick<StackSetState, "id">): string {
  return `arn:aws:cloudformation:${region}:${account}:stackset/${id}`;
}

export async function openSet(tx: Transaction, nameOrId: string): Promise<StackSetState> {
  // An id is the name, a colon and a random part; an ARN ends with the id.
  const id = nameOrId.slice(nameOrId.lastIndexOf("/") + 1);
  const found = await tx.get(StackSet, id.split(":")[0] ?? "");
  if (found === undefined || (id.includes(":") && found.id !== id))
    throw fault(cloudformation, "StackSetNotFoundException", `StackSet ${nameOrId} not found`);
  return found;
}
