// AddPermission and RemovePermission are edits of the queue's policy: one
// statement per label.

import { fault } from "../../core/fault.ts";
import { invalidParameter, sqs } from "./faults.ts";
import type { QueueState } from "./queue.ts";

interface Statement {
  readonly Sid?: string;
}

interface Policy {
  readonly Version: string;
  readonly Id?: string;
  readonly Statement: readonly Statement[];
}

export interface Permission {
  readonly label: string;
  readonly accounts: readonly string[];
  readonly actions: readonly string[];
}

const mostActions = 7;

/** The actions that a permission may name. */
const grantable = new Set([
  "*",
  "ChangeMessageVisibility",
  "DeleteMessage",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
]);

/** The queue's policy with the permission's statement. */
export function withPermission(queue: QueueState, permission: Permission): string {
  const { label, accounts, actions } = permission;
  const policy = policyOf(queue);
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(label)) {
    throw invalidParameter(
      "Label",
      label,
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
    );
  }
  if (actions.length > mostActions) {
    throw fault(sqs, "OverLimit", `${actions.length} Actions were found, maximum allowed is ${mostActions}.`);
  }
  const unknown = actions.find((action) => !grantable.has(action));
  if (unknown !== undefined) {
    throw invalidParameter(
      "ActionName",
      `SQS:${unknown}`,
      "Please refer to the appropriate WSDL for a list of valid actions.",
    );
  }
  const stranger = accounts.find((account) => !/^\d{12}$/.test(account));
  if (stranger !== undefined) {
    throw invalidParameter("PrincipalId", stranger, "Unable to verify.");
  }
  if (policy.Statement.some((statement) => statement.Sid === label)) {
    throw invalidParameter("Label", label, "Already exists.");
  }
  const statement = {
    Sid: label,
    Effect: "Allow",
    Principal: { AWS: oneOrAll(accounts.map((account) => `arn:aws:iam::${account}:root`)) },
    Action: oneOrAll(actions.map((action) => `SQS:${action}`)),
    Resource: queue.arn,
  };
  return JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
}

/** The queue's policy without the statement of that label; undefined where no statement is left. */
export function withoutPermission(queue: QueueState, label: string): string | undefined {
  const policy = policyOf(queue);
  const rest = policy.Statement.filter((statement) => statement.Sid !== label);
  if (rest.length === policy.Statement.length) {
    throw invalidParameter("Label", label, "can't find label on existing policy.");
  }
  return rest.length === 0 ? undefined : JSON.stringify({ ...policy, Statement: rest });
}

function policyOf(queue: QueueState): Policy {
  if (queue.policy === undefined) {
    return { Version: "2008-10-17", Id: `${queue.arn}/SQSDefaultPolicy`, Statement: [] };
  }
  const policy = JSON.parse(queue.policy) as Policy & {
    readonly Statement?: Statement | readonly Statement[];
  };
  return { ...policy, Statement: [policy.Statement ?? []].flat() };
}

/** AWS writes a list of one without its brackets. */
function oneOrAll(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? values[0]! : values;
}
