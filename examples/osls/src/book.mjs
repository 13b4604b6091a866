// The guest book: POST writes an entry, GET reads all.
import { randomUUID } from "node:crypto";
import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";

const table = new DynamoDBClient({});
const TableName = process.env.TABLE;

export async function handler(event) {
  const { method } = event.requestContext.http;
  if (method === "GET") return answer(200, await entries());
  if (method !== "POST") return answer(405, { message: "GET or POST" });
  const { name, text } = JSON.parse(event.body ?? "{}");
  if (!name || !text) return answer(400, { message: "say your name and a text" });
  const id = randomUUID();
  await table.send(
    new PutItemCommand({ TableName, Item: { id: { S: id }, name: { S: name }, text: { S: text } } }),
  );
  console.log(`${name} wrote ${text.length} characters`);
  return answer(201, { id });
}

async function entries() {
  const { Items } = await table.send(new ScanCommand({ TableName, Limit: 100 }));
  return Items.map(({ name, text }) => ({ name: name.S, text: text.S }));
}

const answer = (statusCode, body) => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
