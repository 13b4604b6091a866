// How many entries there are; said every hour in the log, and to whoever calls.
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";

const table = new DynamoDBClient({});

export async function handler() {
  const { Count } = await table.send(new ScanCommand({ TableName: process.env.TABLE, Select: "COUNT" }));
  console.log(`${Count} entries`);
  return { entries: Count };
}
