import { beforeEach, expect, test } from "vitest";
import { call, freshCloud, id, plain } from "./test-tables.ts";

freshCloud();

beforeEach(async () => {
  await call("CreateTable", plain);
});

const one = "1 validation error detected: ";
const atLeastOne = "failed to satisfy constraint: Member must have length greater than or equal to 1";
const atLeastThree = "failed to satisfy constraint: Member must have length greater than or equal to 3";
const index = (IndexName: string) => ({
  IndexName,
  KeySchema: plain.KeySchema,
  Projection: { ProjectionType: "ALL" },
});
const units =
  "Value 'X' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]";
const ownValues =
  "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]";

test.each<[string, object, string]>([
  [
    "PutItem",
    { Item: id("a") },
    `${one}Value null at 'tableName' failed to satisfy constraint: Member must not be null`,
  ],
  [
    "PutItem",
    { TableName: "", Item: id("a"), ReturnValues: "X" },
    `${one}Value at 'TableName' ${atLeastOne}`,
  ],
  [
    "PutItem",
    { TableName: "plain", Item: id("a"), ReturnValues: "X", ReturnConsumedCapacity: "X" },
    `2 validation errors detected: ${units}; ${ownValues}`,
  ],
  [
    "UpdateItem",
    { TableName: "plain", Key: id("a"), ReturnValues: "X", ReturnConsumedCapacity: "X" },
    `${one}${ownValues}`,
  ],
  [
    "UpdateItem",
    { TableName: "" },
    `2 validation errors detected: Value '' at 'tableName' ${atLeastOne}; Value null at 'key' failed to satisfy constraint: Member must not be null`,
  ],
  ["BatchGetItem", { RequestItems: {} }, `${one}Value at 'RequestItems' ${atLeastOne}`],
  [
    "BatchGetItem",
    { RequestItems: { plain: { Keys: [] } } },
    `${one}Value at 'RequestItems.plain.member.Keys' ${atLeastOne}`,
  ],
  [
    "BatchGetItem",
    { RequestItems: { plain: { Keys: Array.from({ length: 101 }, (_, at) => id(`${at}`)) } } },
    `${one}Value at 'RequestItems.plain.member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100`,
  ],
  [
    "BatchGetItem",
    { RequestItems: { "bad!name": { Keys: [id("a")] } } },
    `${one}Value '{"bad!name":{"Keys":[{"id":{"S":"a"}}]}}' at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]`,
  ],
  [
    "TransactWriteItems",
    {
      TransactItems: [{ Put: { TableName: "plain", Item: id("a") } }],
      ClientRequestToken: "x".repeat(37),
      ReturnConsumedCapacity: "X",
    },
    `2 validation errors detected: Value '${"x".repeat(37)}' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36; ${units}`,
  ],
  [
    "BatchGetItem",
    { RequestItems: { "bad!name": { Keys: [id("a")] } }, ReturnConsumedCapacity: "X" },
    `2 validation errors detected: Value '{"bad!name":{"Keys":[{"id":{"S":"a"}}]}}' at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]; ${units}`,
  ],
  [
    "CreateTable",
    { ...plain, LocalSecondaryIndexes: [index("aa")], GlobalSecondaryIndexes: [index("zz")] },
    `2 validation errors detected: ${["zz' at 'global", "aa' at 'local"]
      .map((at) => `Value '${at}SecondaryIndexes.1.member.indexName' ${atLeastThree}`)
      .join("; ")}`,
  ],
  ["TransactGetItems", { TransactItems: [] }, `${one}Value '[]' at 'transactItems' ${atLeastOne}`],
])("%s %j", async (operation, input, message) => {
  await expect(call(operation, input)).rejects.toMatchObject({ code: "ValidationException", message });
});
