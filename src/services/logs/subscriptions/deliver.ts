// Delivery to subscribers: the events of one batch that match, as compressed
// JSON, to a function, a stream of Kinesis or one of Firehose.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html

import { gzipSync } from "node:zlib";
import { fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import { servicePrincipal } from "../../../core/principal.ts";
import { targetArn } from "../../../core/target.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Firehose } from "../../../model/generated/firehose.d.ts";
import type { Kinesis } from "../../../model/generated/kinesis.d.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { messageFilter } from "../filter-pattern.ts";
import { eventId, type LogEvent } from "../log-event.ts";
import { groupArn, LogGroup, type LogGroupState } from "../log-group.ts";
import { logs } from "../model.ts";
import { Destination } from "./destination.ts";
import type { Subscription } from "./subscription.ts";

const lambda = modelOf<Lambda>("lambda");
const kinesis = modelOf<Kinesis>("kinesis");
const firehose = modelOf<Firehose>("firehose");

interface Sent {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

interface Delivery {
  readonly groupName: string;
  readonly groupId: string;
  readonly filterName: string;
  readonly logStream: string;
  readonly events: readonly Sent[];
}

/** What one message holds of events' text, so that any target takes it. */
const largestBytes = 150_000;

export const deliverEvents = defineJob<Delivery>({
  name: "logs.deliverEvents",
  // For about a day, as AWS tries.
  attempts: 300,
  run: { waits: deliver },
});

/** Asks for the delivery of what was put, in the transaction that puts it. */
export function forward(
  tx: Transaction,
  group: LogGroupState,
  logStream: string,
  events: readonly LogEvent[],
): void {
  for (const { filterName, filterPattern } of group.subscriptions ?? []) {
    const matches = messageFilter(filterPattern);
    const matching = events
      .filter(({ message }) => matches(message))
      .map((event) => ({ id: eventId(event), timestamp: event.timestamp, message: event.message }));
    for (const batch of batches(matching)) {
      tx.enqueue(deliverEvents, {
        groupName: group.name,
        groupId: group.id,
        filterName,
        logStream,
        events: batch,
      });
    }
  }
}

function* batches(events: readonly Sent[]): Generator<readonly Sent[]> {
  let batch: Sent[] = [];
  let bytes = 0;
  for (const event of events) {
    if (batch.length > 0 && bytes + event.message.length > largestBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += event.message.length;
  }
  if (batch.length > 0) yield batch;
}

/** A filter that is gone meanwhile delivers nothing more. */
async function deliver(delivery: Delivery, ctx: Waiting): Promise<void> {
  const group = await ctx.atomically((tx) => tx.get(LogGroup, delivery.groupName));
  if (group?.id !== delivery.groupId) return;
  const subscription = group.subscriptions?.find(({ filterName }) => filterName === delivery.filterName);
  if (subscription === undefined) return;
  await send(ctx, group, subscription, delivery.logStream, {
    messageType: "DATA_MESSAGE",
    owner: ctx.account,
    logGroup: group.name,
    logStream: delivery.logStream,
    subscriptionFilters: [subscription.filterName],
    logEvents: delivery.events,
  });
}

/** Throws the target's own faults. */
async function send(
  ctx: Waiting,
  group: LogGroupState,
  subscription: Pick<Subscription, "destinationArn" | "roleArn" | "distribution">,
  logStream: string,
  message: object,
): Promise<void> {
  const data = gzipSync(JSON.stringify(message));
  const { service, region, account, resource } = targetArn(subscription.destinationArn);
  const there = { region, account };
  const sourceArn = `${groupArn(group.name, ctx)}:*`;
  const acting =
    subscription.roleArn === undefined ? ctx : ctx.asRole(subscription.roleArn, "CloudWatchLogs");
  switch (service) {
    case "lambda": {
      const Payload = Buffer.from(JSON.stringify({ awslogs: { data: data.toString("base64") } }));
      await ctx
        .as(servicePrincipal("logs.amazonaws.com", ctx.account, sourceArn))
        .at(there)
        .call(lambda, "Invoke", {
          FunctionName: subscription.destinationArn,
          InvocationType: "Event",
          Payload,
        });
      return;
    }
    case "kinesis":
      await acting.at(there).call(kinesis, "PutRecord", {
        StreamARN: subscription.destinationArn,
        PartitionKey: subscription.distribution === "Random" ? ctx.ids.hex(32) : logStream || "logs",
        Data: data,
      });
      return;
    case "firehose":
      await acting.at(there).call(firehose, "PutRecord", {
        DeliveryStreamName: resource.slice(resource.indexOf("/") + 1),
        Record: { Data: data },
      });
      return;
    case "logs": {
      const name = resource.slice(resource.indexOf(":") + 1);
      const destination = await ctx.at(there).atomically((tx) => tx.get(Destination, name));
      if (destination === undefined) {
        throw fault(logs, "ResourceNotFoundException", "The specified destination does not exist.");
      }
      const { targetArn: arn, roleArn } = destination;
      await send(ctx.at(there), group, { ...subscription, destinationArn: arn, roleArn }, logStream, message);
    }
  }
}

/** Whether the target takes messages: a function is asked without being run. */
export async function probe(ctx: Waiting, group: LogGroupState, subscription: Subscription): Promise<void> {
  const { service, region, account } = targetArn(subscription.destinationArn);
  if (service === "lambda") {
    await ctx
      .as(servicePrincipal("logs.amazonaws.com", ctx.account, `${groupArn(group.name, ctx)}:*`))
      .at({ region, account })
      .call(lambda, "Invoke", {
        FunctionName: subscription.destinationArn,
        InvocationType: "DryRun",
      });
    return;
  }
  const what = service === "firehose" ? "Firehose" : "Kinesis stream";
  await send(ctx, group, subscription, "", {
    messageType: "CONTROL_MESSAGE",
    owner: "CloudwatchLogs",
    logGroup: "",
    logStream: "",
    subscriptionFilters: [],
    logEvents: [
      {
        id: "",
        timestamp: ctx.now(),
        message: `CWL CONTROL MESSAGE: Checking health of destination ${what}.`,
      },
    ],
  });
}
