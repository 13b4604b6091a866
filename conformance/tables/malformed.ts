// Requests that DynamoDB refuses: each with the operation, the body, and the
// code that must come back. The table `documents` has the key (id: S, at: N).

export interface Malformed {
  readonly name: string;
  readonly operation: string;
  readonly body: string;
  readonly code: RegExp;
}

const validation = /#ValidationException$/;
const serialization = /#SerializationException$/;
const TableName = "documents";
const key = { id: { S: "x" }, at: { N: "1" } };

function refused(operation: string, input: unknown, code: RegExp = validation): Malformed {
  const body = typeof input === "string" ? input : JSON.stringify(input);
  const shown = body.length > 90 ? `${body.slice(0, 90)}...` : body;
  return { name: `${operation} ${shown}`, operation, body, code };
}

const put = (Item: unknown, more: object = {}) => refused("PutItem", { TableName, Item, ...more });
const value = (given: unknown) => put({ ...key, v: given });
const get = (more: object, code?: RegExp) => refused("GetItem", { TableName, Key: key, ...more }, code);
const query = (more: object) => refused("Query", { TableName, ...more });
const scan = (more: object) => refused("Scan", { TableName, ...more });
const condition = (ConditionExpression: string, more: object = {}) =>
  put({ ...key }, { ConditionExpression, ...more });
const update = (UpdateExpression: string, more: object = {}) =>
  refused("UpdateItem", { TableName, Key: key, UpdateExpression, ...more });
const withValues = (...names: string[]) => ({
  ExpressionAttributeValues: Object.fromEntries(names.map((name) => [name, { N: "1" }])),
});

const texts = [
  "",
  "{",
  "[]",
  "null",
  '"text"',
  "{'TableName':'documents'}",
  '{"TableName":5}',
  '{"TableName":{}}',
];
const operations = [
  "GetItem",
  "PutItem",
  "Query",
  "Scan",
  "UpdateItem",
  "DeleteItem",
  "BatchGetItem",
  "CreateTable",
];

const broken = operations.flatMap((operation) =>
  texts
    .filter((text) => text !== "" && !(text.includes("TableName") && operation === "BatchGetItem"))
    .map((text) => refused(operation, text, serialization)),
);

const values = [
  {},
  { S: "a", N: "1" },
  { N: "" },
  { N: "abc" },
  { N: "1e400" },
  { N: "1e-400" },
  { N: "1".repeat(39) },
  { N: "0x10" },
  { N: "1 2" },
  { N: "NaN" },
  { N: "Infinity" },
  { SS: [] },
  { NS: [] },
  { BS: [] },
  { SS: ["a", "a"] },
  { NS: ["1", "1.0"] },
  { BS: ["YQ==", "YQ=="] },
  { NS: ["x"] },
  { NULL: false },
  { M: { a: {} } },
  { L: [{}] },
  { L: [{ N: "x" }] },
  { M: { a: { M: { b: { SS: [] } } } } },
  nested(40),
].map(value);

function nested(depth: number): object {
  let inner: object = { S: "deep" };
  for (let at = 0; at < depth; at += 1) inner = { L: [inner] };
  return inner;
}

const wrongTypes = [
  { S: 1 },
  { N: 1 },
  { BOOL: "true" },
  { L: {} },
  { M: [] },
  { SS: "a" },
  { NULL: "yes" },
  "text",
  5,
  [],
].map((given) => refused("PutItem", { TableName, Item: { ...key, v: given } }, serialization));

const keys = [
  put({}),
  put({ id: { S: "x" } }),
  put({ id: { N: "1" }, at: { N: "1" } }),
  put({ id: { S: "x" }, at: { S: "1" } }),
  put({ id: { S: "" }, at: { N: "1" } }),
  put({ id: { S: "x".repeat(2049) }, at: { N: "1" } }),
  put({ ...key, big: { S: "x".repeat(410_000) } }),
  get({ Key: {} }),
  get({ Key: { id: { S: "x" } } }),
  get({ Key: { ...key, more: { S: "x" } } }),
  get({ Key: { id: { S: "x" }, other: { N: "1" } } }),
  get({ Key: { id: { B: "eA==" }, at: { N: "1" } } }),
  get({ Key: { id: { S: "" }, at: { N: "1" } } }),
  refused("DeleteItem", { TableName, Key: { id: { S: "x" } } }),
  refused("UpdateItem", { TableName, Key: { at: { N: "1" } } }),
  refused("GetItem", { TableName: "ab", Key: key }),
  refused("GetItem", { TableName: "a b c", Key: key }),
  refused("GetItem", { TableName: "x".repeat(256), Key: key }),
  refused("GetItem", { Key: key }),
  refused("GetItem", { TableName }),
  refused("PutItem", { TableName }),
  refused("GetItem", { TableName: "missing", Key: key }, /#ResourceNotFoundException$/),
  refused("DescribeTable", { TableName: "missing" }, /#ResourceNotFoundException$/),
  refused("DeleteTable", { TableName: "missing" }, /#ResourceNotFoundException$/),
];

const conditions = [
  "",
  " ",
  "a",
  "a =",
  "= :v",
  "a = :v AND",
  "a = :v :v",
  "(a = :v",
  "a = :v)",
  "((a = :v))",
  "a == :v",
  "a ! :v",
  "a = v'",
  "name = :v",
  "#n = :v",
  "a = :w",
  "a[x] = :v",
  "a[-1] = :v",
  "a..b = :v",
  "a. = :v",
  ".a = :v",
  "a IN ()",
  "a IN :v",
  "a BETWEEN :v",
  "a BETWEEN :v OR :v",
  "NOT",
  "size(a)",
  "size() = :v",
  "unknown(a)",
  "attribute_exists(:v)",
  "attribute_exists(a, b)",
  "attribute_type(a, :v)",
  "begins_with(a, :v)",
  "begins_with(a)",
  "contains(a)",
  "contains(a, a)",
  "if_not_exists(a, :v) = :v",
  "a = a",
  "a = :v; b = :v",
  "SET a = :v",
  "a <> :v <> :v",
  `${"NOT ".repeat(400)}a = :v`,
  `${"(".repeat(400)}a = :v${")".repeat(400)}`,
  `a = :v${" AND a = :v".repeat(400)}`,
  `a = :v AND b = ${"x".repeat(4100)}`,
].map((text) => condition(text, withValues(":v")));

const placeholders = [
  condition("a = :v"),
  condition("a = :v", { ExpressionAttributeValues: {} }),
  condition("a = :v", withValues(":v", ":unused")),
  condition("a = :v", withValues("v")),
  condition("a = :v", { ExpressionAttributeValues: { ":v": {} } }),
  condition("#a = :v", { ...withValues(":v"), ExpressionAttributeNames: {} }),
  condition("#a = :v", { ...withValues(":v"), ExpressionAttributeNames: { a: "x" } }),
  condition("#a = :v", { ...withValues(":v"), ExpressionAttributeNames: { "#a": "x", "#b": "y" } }),
  condition("#a = :v", { ...withValues(":v"), ExpressionAttributeNames: { "#a": "" } }),
  put(key, { ExpressionAttributeNames: { "#a": "x" } }),
  put(key, withValues(":v")),
  put(key, { ConditionExpression: "attribute_exists(a)", Expected: { a: { Exists: false } } }),
  put(key, { ConditionalOperator: "OR", Expected: { a: { Exists: true } } }),
  put(key, { ReturnValues: "ALL_NEW" }),
  put(key, { ReturnValues: "EVERYTHING" }),
  put(key, { ReturnConsumedCapacity: "SOME" }),
  put(key, { ReturnItemCollectionMetrics: "ALL" }),
];

const updates = [
  "",
  "SET",
  "SET a",
  "SET a =",
  "SET a = :v,",
  "SET a = :v SET b = :v",
  "SET a = :v, a = :v",
  "SET a = :v, a.b = :v",
  "SET a[0] = :v, a.b = :v",
  "SET a = :v + ",
  "SET a = :v + :v + :v + missing",
  "SET a = size(b)",
  "SET a = list_append(:v, b)",
  "SET a = list_append(b)",
  "SET a = if_not_exists(:v, b)",
  "SET a = unknown(b)",
  "SET a = b",
  "SET a.b.c = :v",
  "SET id = :v",
  "ADD a",
  "ADD a b",
  "ADD at :v",
  "REMOVE",
  "REMOVE a b",
  "REMOVE at",
  "DELETE a :v",
  "FROB a",
  "SET status = :v",
  "a = :v",
].map((text) => update(text, withValues(":v")));

const reads = [
  query({}),
  query({ KeyConditionExpression: "id = :v" }),
  query({ KeyConditionExpression: "at = :v", ...withValues(":v") }),
  query({ KeyConditionExpression: "id > :v", ...withValues(":v") }),
  query({ KeyConditionExpression: "id = :v", ...withValues(":v") }),
  query({ KeyConditionExpression: "id = :v OR at = :v", ...withValues(":v") }),
  query({ KeyConditionExpression: "NOT id = :v", ...withValues(":v") }),
  query({ KeyConditionExpression: "id <> :v", ...withValues(":v") }),
  query({ KeyConditionExpression: "contains(id, :v)", ...withValues(":v") }),
  query({
    KeyConditionExpression: "id = :s AND other = :s",
    ExpressionAttributeValues: { ":s": { S: "x" } },
  }),
  query({ KeyConditionExpression: "id = :s AND id = :s", ExpressionAttributeValues: { ":s": { S: "x" } } }),
  query({ KeyConditionExpression: "id = :s", ExpressionAttributeValues: { ":s": { S: "" } } }),
  query({
    KeyConditionExpression: "id = :s",
    FilterExpression: "at = :s",
    ExpressionAttributeValues: { ":s": { S: "x" } },
  }),
  ...[
    { IndexName: "missing" },
    { Limit: 0 },
    { Limit: -1 },
    { Select: "COUNT", ProjectionExpression: "a" },
    { Select: "SPECIFIC_ATTRIBUTES" },
    { Select: "ALL_PROJECTED_ATTRIBUTES" },
    { Select: "EVERYTHING" },
    { ExclusiveStartKey: { id: { S: "x" } } },
    { ExclusiveStartKey: { id: { S: "other" }, at: { N: "1" } } },
    { ProjectionExpression: "" },
    { ProjectionExpression: "a, a" },
    { ProjectionExpression: "a, a.b" },
    { ProjectionExpression: "a b" },
    { ProjectionExpression: "name" },
    { ProjectionExpression: "a[" },
    { AttributesToGet: ["a"], ProjectionExpression: "b" },
  ].map((more) =>
    query({ KeyConditionExpression: "id = :s", ExpressionAttributeValues: { ":s": { S: "x" } }, ...more }),
  ),
  query({ KeyConditions: { id: { ComparisonOperator: "GT", AttributeValueList: [{ S: "x" }] } } }),
  query({ KeyConditions: { id: { ComparisonOperator: "EQ", AttributeValueList: [] } } }),
  query({ KeyConditions: { id: { ComparisonOperator: "SAME", AttributeValueList: [{ S: "x" }] } } }),
  scan({ Segment: 1 }),
  scan({ TotalSegments: 2 }),
  scan({ Segment: 2, TotalSegments: 2 }),
  scan({ Segment: 0, TotalSegments: 1_000_001 }),
  scan({ Limit: 0 }),
  scan({ FilterExpression: "a = :v" }),
  scan({ ScanFilter: { a: { ComparisonOperator: "BETWEEN", AttributeValueList: [{ N: "1" }] } } }),
];

const manyKeys = Array.from({ length: 101 }, (_each, at) => ({ id: { S: `k${at}` }, at: { N: "1" } }));

const several = [
  refused("BatchGetItem", {}),
  refused("BatchGetItem", { RequestItems: {} }),
  refused("BatchGetItem", { RequestItems: { [TableName]: { Keys: [] } } }),
  refused("BatchGetItem", { RequestItems: { [TableName]: { Keys: [key, key] } } }),
  refused("BatchGetItem", { RequestItems: { [TableName]: { Keys: manyKeys } } }),
  refused("BatchWriteItem", { RequestItems: {} }),
  refused("BatchWriteItem", { RequestItems: { [TableName]: [] } }),
  refused("BatchWriteItem", { RequestItems: { [TableName]: [{}] } }),
  refused("BatchWriteItem", {
    RequestItems: { [TableName]: [{ PutRequest: { Item: key } }, { DeleteRequest: { Key: key } }] },
  }),
  refused("BatchWriteItem", {
    RequestItems: { [TableName]: manyKeys.slice(0, 26).map((Item) => ({ PutRequest: { Item } })) },
  }),
  refused("TransactWriteItems", { TransactItems: [] }),
  refused("TransactWriteItems", { TransactItems: [{}] }),
  refused("TransactWriteItems", {
    TransactItems: [{ Put: { TableName, Item: key }, Delete: { TableName, Key: key } }],
  }),
  refused("TransactWriteItems", {
    TransactItems: [{ Put: { TableName, Item: key } }, { Delete: { TableName, Key: key } }],
  }),
  refused("TransactWriteItems", { TransactItems: manyKeys.map((Key) => ({ Delete: { TableName, Key } })) }),
  refused("TransactGetItems", { TransactItems: [] }),
  refused("TransactGetItems", {
    TransactItems: [{ Get: { TableName, Key: key } }, { Get: { TableName, Key: key } }],
  }),
  ...[
    "",
    "SELECT",
    "SELECT * FROM",
    "DROP TABLE x",
    "SELECT * FROM documents WHERE",
    "INSERT INTO documents VALUE",
    "UPDATE documents SET a",
    "DELETE documents",
    "SELECT * FROM documents WHERE id = ?",
    "DELETE FROM documents WHERE id = 'x'",
    "INSERT INTO documents VALUE {'id': 'x'}",
    "SELECT * FROM documents ORDER BY at",
    "UPDATE documents SET a = 1",
  ].map((Statement) => refused("ExecuteStatement", { Statement })),
  refused("BatchExecuteStatement", { Statements: [] }),
  refused("ExecuteTransaction", { TransactStatements: [] }),
];

const base = {
  TableName: "fresh",
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
};

const tables = [
  {},
  { TableName: "fresh" },
  { ...base, TableName: "x" },
  { ...base, KeySchema: [] },
  { ...base, KeySchema: [{ AttributeName: "id", KeyType: "RANGE" }] },
  { ...base, KeySchema: [{ AttributeName: "id", KeyType: "MAP" }] },
  { ...base, KeySchema: [{ AttributeName: "other", KeyType: "HASH" }] },
  { ...base, AttributeDefinitions: [] },
  { ...base, AttributeDefinitions: [{ AttributeName: "id", AttributeType: "SS" }] },
  { ...base, BillingMode: "FREE" },
  { ...base, BillingMode: "PROVISIONED" },
  { ...base, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
  {
    ...base,
    BillingMode: "PROVISIONED",
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 1 },
  },
  { ...base, GlobalSecondaryIndexes: [] },
  { ...base, GlobalSecondaryIndexes: [{ IndexName: "i" }] },
  { ...base, LocalSecondaryIndexes: [] },
  { ...base, StreamSpecification: { StreamEnabled: true } },
  { ...base, StreamSpecification: { StreamEnabled: true, StreamViewType: "SOME" } },
  { ...base, Tags: [{ Key: "aws:mine", Value: "x" }] },
  {
    ...base,
    Tags: [
      { Key: "a", Value: "x" },
      { Key: "a", Value: "y" },
    ],
  },
  { ...base, TableClass: "GOLD" },
].map((input) => refused("CreateTable", input));

const settings = [
  refused("CreateTable", { ...base, TableName }, /#ResourceInUseException$/),
  refused("UpdateTable", { TableName }),
  refused("UpdateTable", { TableName, BillingMode: "PROVISIONED" }),
  refused("UpdateTable", { TableName, StreamSpecification: { StreamEnabled: false } }),
  refused("UpdateTable", { TableName, GlobalSecondaryIndexUpdates: [{}] }),
  refused("UpdateTable", { TableName, ReplicaUpdates: [{}] }),
  refused("UpdateTable", { TableName, ReplicaUpdates: [{ Delete: { RegionName: "eu-west-1" } }] }),
  refused("UpdateTimeToLive", { TableName, TimeToLiveSpecification: { Enabled: false, AttributeName: "a" } }),
  refused("TagResource", { ResourceArn: "arn:nothing", Tags: [] }),
  refused("ListTables", { Limit: 0 }),
  refused("ListTables", { Limit: 101 }),
  refused("CreateBackup", { TableName: "missing", BackupName: "abc" }, /#TableNotFoundException$/),
  refused("CreateBackup", { TableName, BackupName: "a" }),
  refused("DescribeBackup", { BackupArn: "x".repeat(40) }),
  refused(
    "RestoreTableToPointInTime",
    { SourceTableName: TableName, TargetTableName: "copy" },
    /#PointInTimeRecoveryUnavailableException$/,
  ),
  refused("PutResourcePolicy", { ResourceArn: "arn:nothing", Policy: "{}" }),
  refused("EnableKinesisStreamingDestination", { TableName, StreamArn: "x".repeat(40) }),
  refused("DescribeGlobalTable", { GlobalTableName: "missing" }, /#GlobalTableNotFoundException$/),
];

export const malformed: readonly Malformed[] = [
  ...broken,
  ...values,
  ...wrongTypes,
  ...keys,
  ...conditions,
  ...placeholders,
  ...updates,
  ...reads,
  ...several,
  ...tables,
  ...settings,
];
