// Takes orders from the queue and writes them into the table, with the AWS SDK
// that the runtime brings. An order without a customer fails, and only it.
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const dynamodb = new DynamoDBClient({});

export async function handler(event) {
  const outcomes = await Promise.allSettled(event.Records.map(place));
  const failed = event.Records.filter((_, at) => outcomes[at].status === "rejected");
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function place(record) {
  const order = JSON.parse(record.body);
  if (!order.customer) {
    console.error(`order ${order.id} has no customer`);
    throw new Error("no customer");
  }
  await dynamodb.send(
    new PutItemCommand({
      TableName: process.env.TABLE,
      Item: {
        id: { S: String(order.id) },
        customer: { S: order.customer },
        amount: { N: String(order.amount ?? 0) },
      },
    }),
  );
  console.log(`order ${order.id} of ${order.customer} is placed`);
}
