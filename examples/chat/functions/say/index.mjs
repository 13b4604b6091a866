// Tells everybody in the speaker's room what was said.

import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";

const table = DynamoDBDocumentClient.from(new DynamoDBClient());
const TableName = process.env.CONNECTIONS;

export async function handler({ requestContext, body }) {
  const { domainName, stage, connectionId } = requestContext;
  const clients = new ApiGatewayManagementApiClient({ endpoint: `https://${domainName}/${stage}` });
  const speaker = await one("connectionId", connectionId, "byConnection");
  const said = JSON.stringify({ from: speaker[0].name, text: JSON.parse(body).text });
  const room = await one("room", speaker[0].room);
  await Promise.all(room.map((listener) => tell(clients, listener, said)));
  return { statusCode: 200 };
}

async function one(name, value, IndexName) {
  const { Items } = await table.send(
    new QueryCommand({
      TableName,
      IndexName,
      KeyConditionExpression: "#name = :value",
      ExpressionAttributeNames: { "#name": name },
      ExpressionAttributeValues: { ":value": value },
    }),
  );
  return Items;
}

async function tell(clients, { room, connectionId }, Data) {
  try {
    await clients.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
  } catch (error) {
    if (error.name !== "GoneException") throw error;
    // Whoever left without a word.
    await table.send(new DeleteCommand({ TableName, Key: { room, connectionId } }));
  }
}
