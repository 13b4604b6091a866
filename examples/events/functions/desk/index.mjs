// Puts what happens to an order on the FIFO topic, one group for each order, and
// keeps a reminder for as long as the order is not paid. It may be called twice
// with the same event: the second time changes nothing.
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";

const sns = new SNSClient({});
const scheduler = new SchedulerClient({});
const { TOPIC, BUS, REMINDERS, REMINDER_ROLE, PAYMENT_MINUTES } = process.env;

export async function handler({ id, time, "detail-type": kind, detail: order }) {
  const what = { StringValue: kind, DataType: "String" };
  await sns.send(
    new PublishCommand({
      TopicArn: TOPIC,
      Message: JSON.stringify({ kind, ...order }),
      MessageAttributes: { kind: what },
      MessageGroupId: order.id,
      MessageDeduplicationId: id,
    }),
  );
  if (kind === "Order Placed") await remind(order, new Date(time));
  else await forget(order);
}

async function remind(order, placed) {
  const at = new Date(placed.getTime() + PAYMENT_MINUTES * 60_000);
  const reminder = new CreateScheduleCommand({
    Name: order.id,
    GroupName: REMINDERS,
    ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "DELETE",
    Target: {
      Arn: BUS,
      RoleArn: REMINDER_ROLE,
      EventBridgeParameters: { Source: "desk", DetailType: "Payment Overdue" },
      Input: JSON.stringify(order),
    },
  });
  await scheduler.send(reminder).catch(unless(ConflictException));
}

async function forget(order) {
  const reminder = new DeleteScheduleCommand({ Name: order.id, GroupName: REMINDERS });
  await scheduler.send(reminder).catch(unless(ResourceNotFoundException));
}

const unless = (expected) => (error) => {
  if (!(error instanceof expected)) throw error;
};
