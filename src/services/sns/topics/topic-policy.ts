// The topic's policy document: the default one, what may be set, and the
// statements that AddPermission and RemovePermission edit.

import { PolicyError } from "../../../lang/policy/error.ts";
import { compilePolicy } from "../../../lang/policy/policy.ts";
import { invalidParameter, parseObject } from "../faults.ts";
import type { TopicState } from "./topic.ts";

interface Statement {
  readonly Sid?: string;
}

interface PolicyFields {
  readonly Version: string;
  readonly Id?: string;
  readonly Statement: readonly Statement[];
}

const ownersActions = [
  "GetTopicAttributes",
  "SetTopicAttributes",
  "AddPermission",
  "RemovePermission",
  "DeleteTopic",
  "Subscribe",
  "ListSubscriptionsByTopic",
  "Publish",
];

/** What AddPermission may grant, beside the owner's actions. */
const grantable = new Set([
  ...ownersActions,
  "Receive",
  "GetDataProtectionPolicy",
  "PutDataProtectionPolicy",
]);

const largestPolicyBytes = 30_720;

export function defaultPolicy(topic: TopicState): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ownersActions.map((action) => `SNS:${action}`),
        Resource: topic.arn,
        Condition: { StringEquals: { "AWS:SourceOwner": topic.account } },
      },
    ],
  });
}

export function checkPolicy(text: string): void {
  if (Buffer.byteLength(text) > largestPolicyBytes) throw invalidParameter("Policy is too long");
  if (parseObject(text) === undefined) throw invalidParameter("Policy Error: null");
  try {
    const { document } = compilePolicy(text);
    for (const statement of document.statements) {
      if (statement.principal === undefined && statement.notPrincipal === undefined) {
        throw invalidParameter("Policy statement must contain principals");
      }
      const actions = [...(statement.action ?? []), ...(statement.notAction ?? [])];
      if (actions.length === 0) throw invalidParameter("Policy statement must contain actions");
      if (!actions.every((action) => /^(\*|sns:.+)$/i.test(action))) {
        throw invalidParameter("Policy statement action out of service scope!");
      }
    }
  } catch (error) {
    if (error instanceof PolicyError)
      throw invalidParameter(`Policy Error: ${error.flaw} ${error.culprit}`.trim());
    throw error;
  }
}

export interface Permission {
  readonly label: string;
  readonly accounts: readonly string[];
  readonly actions: readonly string[];
}

/** The topic's policy with the permission's statement. */
export function withPermission(topic: TopicState, { label, accounts, actions }: Permission): string {
  const policy = policyOf(topic);
  if (policy.Statement.some((statement) => statement.Sid === label))
    throw invalidParameter("Statement already exists");
  if (accounts.length === 0 || !accounts.every((account) => /^\d{12}$/.test(account))) {
    throw invalidParameter("AWSAccountId");
  }
  if (actions.length === 0 || !actions.every((action) => grantable.has(action))) {
    throw invalidParameter("Policy statement action out of service scope!");
  }
  const statement = {
    Sid: label,
    Effect: "Allow",
    Principal: { AWS: oneOrAll(accounts.map((account) => `arn:aws:iam::${account}:root`)) },
    Action: oneOrAll(actions.map((action) => `SNS:${action}`)),
    Resource: topic.arn,
  };
  return JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
}

/** To remove what is not there is no error. */
export function withoutPermission(topic: TopicState, label: string): string {
  const policy = policyOf(topic);
  return JSON.stringify({
    ...policy,
    Statement: policy.Statement.filter((statement) => statement.Sid !== label),
  });
}

function policyOf(topic: TopicState): PolicyFields {
  const policy = JSON.parse(topic.attributes.Policy ?? defaultPolicy(topic)) as PolicyFields & {
    readonly Statement?: Statement | readonly Statement[];
  };
  return { ...policy, Statement: [policy.Statement ?? []].flat() };
}

/** AWS writes a list of one without its brackets. */
function oneOrAll(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? values[0]! : values;
}
