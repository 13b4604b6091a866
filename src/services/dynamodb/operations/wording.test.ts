// What is wrong with a request, in AWS's words: which of them come in an
// envelope, which checks come before the table is looked at, and which faults
// of a transaction's members cancel it.

import { beforeEach, describe, expect, test } from "vitest";
import { call, freshCloud, id, orders, plain } from "../test-tables.ts";

freshCloud();

beforeEach(async () => {
  await call("CreateTable", plain);
  await call("CreateTable", orders);
});

const messageOf = (operation: string, input: object) =>
  call(operation, input).then(
    () => "accepted",
    (error: Error) => error.message,
  );
const one = (message: string) => `1 validation error detected: ${message}`;
/** Of the indexes on \`state\`, by the alphabet. */
const firstIndex = [...orders.LocalSecondaryIndexes, ...orders.GlobalSecondaryIndexes]
  .filter(({ KeySchema }) => KeySchema.some(({ AttributeName }) => AttributeName === "state"))
  .map(({ IndexName }) => IndexName)
  .sort()[0];
const invalid = "One or more parameter values were invalid: ";
const TableName = "plain";
const values = (...names: string[]) => ({
  ExpressionAttributeValues: Object.fromEntries(names.map((name) => [name, { N: "1" }])),
});

describe("PutItem, UpdateItem and DeleteItem put what is wrong in an envelope", () => {
  test.each<[object, string]>([
    [{ ConditionExpression: "" }, "Invalid ConditionExpression: The expression can not be empty;"],
    [values(":v"), "ExpressionAttributeValues can only be specified when using expressions"],
    [
      { ExpressionAttributeNames: { "#a": "a" }, Expected: { a: { Exists: false } } },
      "ExpressionAttributeNames can only be specified when using expressions",
    ],
    [
      { ConditionExpression: "attribute_exists(a)", ExpressionAttributeNames: {} },
      "ExpressionAttributeNames must not be empty",
    ],
    [{ ReturnValues: "UPDATED_NEW" }, "ReturnValues can only be ALL_OLD or NONE"],
    [{ ConditionalOperator: "OR" }, "ConditionalOperator cannot be used without Filter or Expected"],
    [
      { ConditionalOperator: "OR", Expected: { a: { Exists: false } } },
      "ConditionalOperator can only be used when Filter or Expected has two or more elements",
    ],
    [
      { Expected: { a: { Exists: true } } },
      `${invalid}Value must be provided when Exists is true for Attribute: a`,
    ],
    [
      { Expected: { a: { Exists: false, Value: { S: "x" } } } },
      `${invalid}Value cannot be used when Exists is false for Attribute: a`,
    ],
    [
      { Expected: { a: { ComparisonOperator: "EQ" } } },
      `${invalid}Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a`,
    ],
    [{ Expected: { a: { Value: { N: "" } } } }, "The parameter cannot be converted to a numeric value: "],
    [
      { Expected: { a: { Exists: false } }, ConditionExpression: "attribute_exists(a)", ...values(":v") },
      "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
    ],
  ])("%j", async (more, message) => {
    expect(await messageOf("PutItem", { TableName, Item: id("a"), ...more })).toBe(one(message));
    expect(await messageOf("DeleteItem", { TableName, Key: id("a"), ...more })).toBe(one(message));
    // Before the table is looked at.
    expect(await messageOf("PutItem", { TableName: "absent", Item: id("a"), ...more })).toBe(one(message));
  });

  test("but not what the table shows to be wrong", async () => {
    const update = { UpdateExpression: "SET id = :v", ...values(":v") };
    expect(await messageOf("UpdateItem", { TableName, Key: id("a"), ...update })).toBe(
      `${invalid}Cannot update attribute id. This attribute is part of the key`,
    );
    expect(await messageOf("DeleteItem", { TableName, Key: { id: { N: "1" } } })).toBe(
      "The provided key element does not match the schema",
    );
    expect(await messageOf("UpdateItem", { TableName, Key: { id: { SS: ["a", "a"] } }, ...update })).toBe(
      one(`${invalid}Input collection ["a", "a"] contains duplicates.`),
    );
  });
});

describe("values are worded in two ways", () => {
  const repeated = { SS: ["b", "a", "b"] };
  const current = `${invalid}Input collection ["a", "b", "b"] contains duplicates.`;
  const older = `${invalid}Input collection [b, a, b] contains duplicates.`;
  const forValue = `ExpressionAttributeValues contains invalid value: ${older} for key :v`;
  const filter = { FilterExpression: "a = :v", ExpressionAttributeValues: { ":v": repeated } };
  const condition = { ConditionExpression: "a = :v", ExpressionAttributeValues: { ":v": repeated } };

  test.each<[string, object, string]>([
    ["GetItem", { TableName, Key: { id: repeated } }, current],
    ["BatchGetItem", { RequestItems: { plain: { Keys: [{ id: repeated }] } } }, current],
    [
      "Query",
      { TableName, KeyConditionExpression: "id = :v", ExpressionAttributeValues: { ":v": repeated } },
      current,
    ],
    ["Scan", { TableName, ...filter }, forValue],
    [
      "Scan",
      { TableName, ScanFilter: { a: { ComparisonOperator: "EQ", AttributeValueList: [repeated] } } },
      older,
    ],
    [
      "BatchWriteItem",
      { RequestItems: { plain: [{ PutRequest: { Item: { ...id("a"), a: repeated } } }] } },
      older,
    ],
    ["BatchWriteItem", { RequestItems: { plain: [{ DeleteRequest: { Key: { id: repeated } } }] } }, older],
    ["TransactWriteItems", { TransactItems: [{ Delete: { TableName, Key: { id: repeated } } }] }, older],
    [
      "TransactWriteItems",
      { TransactItems: [{ Delete: { TableName, Key: id("a"), ...condition } }] },
      forValue,
    ],
    ["TransactGetItems", { TransactItems: [{ Get: { TableName, Key: { id: repeated } } }] }, older],
  ])("%s %j", async (operation, input, message) => {
    expect(await messageOf(operation, input)).toBe(message);
  });
});

describe("a transaction's members", () => {
  const cancelledBy = async (operation: string, items: object[]) => {
    const error = await call(operation, { TransactItems: items }).catch((thrown) => thrown);
    expect(error.code).toBe("TransactionCanceledException");
    return error.fields.CancellationReasons;
  };
  const fine = { Put: { TableName, Item: id("fine") } };
  const mismatch = {
    Code: "ValidationError",
    Message: "The provided key element does not match the schema",
  };

  test("cancel it where they do not fit their table", async () => {
    const wrong = { Put: { TableName, Item: { id: { N: "5" } } } };
    expect(await cancelledBy("TransactWriteItems", [fine, wrong])).toEqual([
      { Code: "None" },
      { Code: "ValidationError", Message: `${invalid}Type mismatch for key id expected: S actual: N` },
    ]);
    for (const action of ["Delete", "ConditionCheck"]) {
      const member = { TableName, Key: { id: { L: [] } }, ConditionExpression: "attribute_exists(id)" };
      expect(await cancelledBy("TransactWriteItems", [{ [action]: member }])).toEqual([mismatch]);
    }
    expect(
      await cancelledBy("TransactGetItems", [
        { Get: { TableName, Key: id("a") } },
        { Get: { TableName, Key: {} } },
      ]),
    ).toEqual([{ Code: "None" }, mismatch]);
    expect((await call("Scan", { TableName })).Count).toBe(0);
  });

  test("are refused before it begins where a key is empty", async () => {
    const message =
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id";
    for (const member of [{ Put: { TableName, Item: id("") } }, { Delete: { TableName, Key: id("") } }]) {
      expect(await messageOf("TransactWriteItems", { TransactItems: [fine, member] })).toBe(message);
    }
  });

  test("are refused where an index's key is empty, and cancel it where a read's key is", async () => {
    const key = { customer: { S: "c" }, placed: { N: "1" } };
    const why = "The AttributeValue for a key attribute cannot contain an empty string value.";
    const put = { Put: { TableName: "orders", Item: { ...key, state: { S: "" } } } };
    expect(await messageOf("TransactWriteItems", { TransactItems: [put] })).toBe(
      `One or more parameter values are not valid. A value specified for a secondary index key is not supported. ${why} IndexName: ${firstIndex}, IndexKey: state`,
    );
    const update = {
      TableName: "orders",
      Key: key,
      UpdateExpression: "SET #s = :s",
      ExpressionAttributeNames: { "#s": "state" },
      ExpressionAttributeValues: { ":s": { S: "" } },
    };
    const updating = `One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. ${why}`;
    expect(await messageOf("UpdateItem", update)).toBe(updating);
    expect(await messageOf("TransactWriteItems", { TransactItems: [{ Update: update }] })).toBe(updating);
    expect(await cancelledBy("TransactGetItems", [{ Get: { TableName, Key: id("") } }])).toEqual([
      { Code: "ValidationError", Message: `One or more parameter values are not valid. ${why} Key: id` },
    ]);
  });

  test("may have names and values without an expression", async () => {
    const needless = { ExpressionAttributeNames: { "#a": "a" }, ...values(":v") };
    await call("TransactWriteItems", { TransactItems: [{ Put: { TableName, Item: id("a"), ...needless } }] });
    const get = { TableName, Key: id("a"), ExpressionAttributeNames: { "#a": "a" } };
    expect(await call("TransactGetItems", { TransactItems: [{ Get: get }] })).toEqual({
      Responses: [{ Item: id("a") }],
    });
  });

  test("are checked in order before any table is looked at", async () => {
    const absent = { Put: { TableName: "absent", Item: id("a") } };
    const unused = {
      ConditionCheck: {
        TableName,
        Key: id("a"),
        ConditionExpression: "attribute_exists(id)",
        ...values(":v"),
      },
    };
    const broken = { Delete: { TableName, Key: id("a"), ConditionExpression: "a = = b" } };
    const send = (...TransactItems: object[]) => messageOf("TransactWriteItems", { TransactItems });
    expect(await send(absent, unused, broken)).toBe(
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}",
    );
    expect(await send(absent, broken, unused)).toBe(
      'Invalid ConditionExpression: Syntax error; token: "=", near: "= = b"',
    );
    expect(await send(absent)).toBe("Requested resource not found");
  });
});

test("a batch tells of repeated keys before it looks at a table", async () => {
  const Keys = [
    { a: { S: "x" }, b: { N: "1" } },
    { b: { N: "1.0" }, a: { S: "x" } },
  ];
  expect(await messageOf("BatchGetItem", { RequestItems: { absent: { Keys } } })).toBe(
    "Provided list of item keys contains duplicates",
  );
});

test("a batch tells of a wrong key as of a wrong key parameter", async () => {
  for (const Item of [{ id: { N: "5" } }, { other: { S: "x" } }]) {
    expect(await messageOf("BatchWriteItem", { RequestItems: { plain: [{ PutRequest: { Item } }] } })).toBe(
      "The provided key element does not match the schema",
    );
  }
});

describe("Query and Scan", () => {
  const query = (more: object) => messageOf("Query", { TableName: "orders", ...more });
  const of = (text: string, given: Record<string, object>) => ({
    KeyConditionExpression: text,
    ExpressionAttributeValues: { ":c": { S: "c" }, ...given },
  });

  test("say what is wrong with a key condition", async () => {
    const twice = of("customer = :c AND placed > :a AND placed < :b", { ":a": { N: "1" }, ":b": { N: "5" } });
    expect(await query(twice)).toBe(
      "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
    );
    const third = of("customer = :c AND placed > :a AND extra = :b", { ":a": { N: "1" }, ":b": { N: "5" } });
    expect(await query(third)).toBe(
      "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)",
    );
    const wrong = of("customer = :c AND begins_with(placed, :a) AND placed > :a", { ":a": { N: "1" } });
    expect(await messageOf("Query", { TableName: "absent", ...wrong })).toBe(
      "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
    );
  });

  test("say what is wrong with a starting key", async () => {
    const start = (key: object) => ({ ExclusiveStartKey: key });
    const at = (customer: string, placed: string) => ({ customer: { S: customer }, placed: { N: placed } });
    const whole = of("customer = :c", {});
    expect(await query({ ...whole, ...start({ customer: { S: "c" } }) })).toBe(
      "The provided starting key is invalid",
    );
    expect(await query({ ...whole, ...start(at("d", "1")) })).toBe(
      "The provided starting key is outside query boundaries based on provided conditions",
    );
    const later = of("customer = :c AND placed > :p", { ":p": { N: "5" } });
    expect(await query({ ...later, ...start(at("c", "1")) })).toBe(
      "The provided starting key does not match the range key predicate",
    );
    const exact = of("customer = :c AND placed = :p", { ":p": { N: "5" } });
    expect(await query({ ...exact, ...start(at("c", "5")) })).toBe(
      "The query can return at most one row and cannot be restarted",
    );
    expect(await messageOf("Scan", { TableName: "orders", ...start({ customer: { S: "c" } }) })).toBe(
      "The provided starting key is invalid: The provided key element does not match the schema",
    );
  });

  test("say what cannot be selected, in an envelope where it is a query", async () => {
    const select = { Select: "COUNT", ProjectionExpression: "x" };
    const message = "Cannot specify the ProjectionExpression when choosing to get COUNT";
    expect(await query({ ...of("customer = :c", {}), ...select })).toBe(one(message));
    expect(await messageOf("Scan", { TableName: "orders", ...select })).toBe(message);
    expect(await messageOf("Scan", { TableName: "orders", Select: "COUNT", AttributesToGet: ["x"] })).toBe(
      "Cannot specify the AttributesToGet when choosing to get COUNT",
    );
  });

  test("follow several sort attributes from left to right", async () => {
    const names = ["h", "a", "b", "c"];
    await call("CreateTable", {
      ...plain,
      TableName: "several",
      AttributeDefinitions: ["id", ...names].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      GlobalSecondaryIndexes: [
        {
          IndexName: "index",
          KeySchema: names.map((AttributeName, at) => ({
            AttributeName,
            KeyType: at === 0 ? "HASH" : "RANGE",
          })),
          Projection: { ProjectionType: "ALL" },
        },
      ],
    });
    for (const [at, [a, b, c]] of [
      ["T", "live", "b"],
      ["T", "live", "a"],
      ["F", "live", "a"],
    ].entries()) {
      const Item = { ...id(`${at}`), h: { S: "o" }, a: { S: a }, b: { S: b }, c: { S: c } };
      await call("PutItem", { TableName: "several", Item });
    }
    const ask = (text: string) => ({
      TableName: "several",
      IndexName: "index",
      KeyConditionExpression: text,
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries({ ":o": "o", ":a": "T", ":b": "live", ":c": "a" })
          .filter(([name]) => text.includes(name))
          .map(([name, S]) => [name, { S }]),
      ),
    });
    const found = (await call("Query", ask("b = :b AND h = :o AND a = :a AND c >= :c"))).Items;
    expect(found.map((item: { id: { S: string } }) => item.id.S)).toEqual(["1", "0"]);
    const gap = (lacking: string, present: string) =>
      `RANGE key attributes ${lacking} must have equality conditions specified in the query because a condition is present on key attribute ${present}`;
    expect(await messageOf("Query", ask("h = :o AND a = :a AND c = :c"))).toBe(gap("b", "c"));
    expect(await messageOf("Query", ask("h = :o AND a > :a AND b = :b"))).toBe(gap("a", "b"));
  });
});
