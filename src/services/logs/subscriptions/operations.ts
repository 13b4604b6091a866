// PutSubscriptionFilter, DescribeSubscriptionFilters and DeleteSubscriptionFilter.

import { Fault, fault, notImplemented } from "../../../core/fault.ts";
import type { WaitingHandler } from "../../../core/service.ts";
import { targetArn } from "../../../core/target.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { messageFilter } from "../filter-pattern.ts";
import { existingGroup, LogGroup, type LogGroupState } from "../log-group.ts";
import { type Input, invalid, logs, type Output } from "../model.ts";
import { probe } from "./deliver.ts";
import { mostSubscriptions, type Subscription } from "./subscription.ts";

const unheard: Readonly<Record<string, string>> = {
  lambda:
    "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.",
  kinesis:
    "Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in ACTIVE state.",
  firehose:
    "Could not deliver test message to specified Firehose stream. Check if the given Firehose stream is in ACTIVE state.",
  logs: "Could not deliver test message to specified destination. Check if the destination is valid.",
};

export const putSubscriptionFilter: WaitingHandler<
  Input<"PutSubscriptionFilter">,
  Output<"PutSubscriptionFilter">
> = {
  waits: async (input, ctx) => {
    refuse(input);
    messageFilter(input.filterPattern);
    const subscription: Subscription = {
      filterName: input.filterName,
      filterPattern: input.filterPattern,
      destinationArn: input.destinationArn,
      ...(input.roleArn !== undefined && { roleArn: input.roleArn }),
      distribution: input.distribution ?? "ByLogStream",
      creationTime: ctx.now(),
    };
    const group = await ctx.atomically((tx) => withSubscription(tx, input.logGroupName, subscription));
    const { service } = targetArn(input.destinationArn);
    try {
      await probe(ctx, group, subscription);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw invalid(unheard[service] ?? error.message);
    }
    await ctx.atomically(async (tx) => {
      tx.put(LogGroup, await withSubscription(tx, input.logGroupName, subscription));
    });
    return {};
  },
};

function refuse(input: Input<"PutSubscriptionFilter">): void {
  for (const parameter of ["fieldSelectionCriteria", "emitSystemFields"] as const) {
    if (input[parameter] !== undefined) throw notImplemented("logs", `the parameter ${parameter}`);
  }
  if (input.applyOnTransformedLogs === true) {
    throw notImplemented("logs", "the parameter applyOnTransformedLogs");
  }
  const { service, resource } = targetArn(input.destinationArn);
  if (service === "logs" ? !resource.startsWith("destination:") : unheard[service] === undefined) {
    throw invalid("PutSubscriptionFilter operation cannot work with destinationArn for vendor ");
  }
  if (service !== "lambda" && service !== "logs" && input.roleArn === undefined) {
    throw invalid("destinationArn for vendor kinesis cannot be used without roleArn");
  }
}

/** The group as it will be; a filter of the same name is replaced, and keeps its age. */
async function withSubscription(
  tx: Transaction,
  groupName: string,
  subscription: Subscription,
): Promise<LogGroupState> {
  const group = await existingGroup(tx, groupName);
  const current = group.subscriptions ?? [];
  const old = current.find(({ filterName }) => filterName === subscription.filterName);
  const others = current.filter((each) => each !== old);
  if (others.length >= mostSubscriptions)
    throw fault(logs, "LimitExceededException", "Resource limit exceeded.");
  const creationTime = old?.creationTime ?? subscription.creationTime;
  return { ...group, subscriptions: [...others, { ...subscription, creationTime }] };
}

export async function describeSubscriptionFilters(
  input: Input<"DescribeSubscriptionFilters">,
  tx: Transaction,
): Promise<Output<"DescribeSubscriptionFilters">> {
  const { name, subscriptions = [] } = await existingGroup(tx, input.logGroupName);
  return {
    subscriptionFilters: subscriptions
      .filter(({ filterName }) => filterName.startsWith(input.filterNamePrefix ?? ""))
      .toSorted((one, other) => (one.filterName < other.filterName ? -1 : 1))
      .map((each) => ({ ...each, logGroupName: name, applyOnTransformedLogs: false })),
  };
}

export async function deleteSubscriptionFilter(
  input: Input<"DeleteSubscriptionFilter">,
  tx: Transaction,
): Promise<Output<"DeleteSubscriptionFilter">> {
  const group = await existingGroup(tx, input.logGroupName);
  const current = group.subscriptions ?? [];
  const kept = current.filter(({ filterName }) => filterName !== input.filterName);
  if (kept.length === current.length) {
    throw fault(logs, "ResourceNotFoundException", "The specified subscription filter does not exist.");
  }
  tx.put(LogGroup, { ...group, subscriptions: kept });
  return {};
}
