// Lends books and takes them back.

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";

const table = DynamoDBDocumentClient.from(new DynamoDBClient());
const workflows = new SFNClient();
const { LOANS: TableName, WORKFLOW: stateMachineArn } = process.env;

const answer = (statusCode, body) => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

export async function handler({ requestContext, body = "", isBase64Encoded, pathParameters }) {
  const { method } = requestContext.http;
  if (method === "POST") {
    const text = isBase64Encoded ? Buffer.from(body, "base64").toString() : body;
    return lend(JSON.parse(text));
  }
  if (method === "DELETE") return takeBack(pathParameters.book);
  const { Items = [] } = await table.send(new ScanCommand({ TableName }));
  return answer(200, Items);
}

async function lend({ book, reader, seconds = 14 * 86_400 }) {
  const due = new Date(Date.now() + seconds * 1000).toISOString();
  const loan = { book, reader, due, reminders: 0 };
  await table.send(new PutCommand({ TableName, Item: loan }));
  await workflows.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ book, due }) }),
  );
  return answer(201, loan);
}

async function takeBack(book) {
  await table.send(new DeleteCommand({ TableName, Key: { book } }));
  return answer(200, { book });
}
