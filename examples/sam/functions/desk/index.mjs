// The desk: takes wishes, which the state machine decides, and tells what became of them.
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";

const table = new DynamoDBClient({});
const machines = new SFNClient({});
const { LENDING, LOANS } = process.env;

export async function handler({ routeKey, body, pathParameters, requestContext }) {
  return routeKey.startsWith("POST") ? ask(body, requestContext.requestId) : look(pathParameters.id);
}

async function ask(body, requestId) {
  const { book, reader } = JSON.parse(body ?? "{}");
  if (!book || !reader) return answer(400, { message: "say which book, and who reads it" });
  const id = requestId.replace(/[^A-Za-z0-9-]/g, "-");
  await machines.send(
    new StartExecutionCommand({
      stateMachineArn: LENDING,
      name: id,
      input: JSON.stringify({ id, book, reader }),
    }),
  );
  return answer(202, { id });
}

async function look(id) {
  const { Item } = await table.send(new GetItemCommand({ TableName: LOANS, Key: { id: { S: id } } }));
  if (!Item) return answer(404, { message: "no such loan" });
  const { book, reader, status } = Item;
  return answer(200, { id, book: book.S, reader: reader.S, status: status.S });
}

const answer = (statusCode, body) => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
