import { beforeEach, describe, expect, test } from "vitest";
import { call, freshCloud, id, order, orders, plain, putOrder } from "../test-tables.ts";

freshCloud();

const run = (Statement: string, Parameters?: object[], more: object = {}) =>
  call("ExecuteStatement", { Statement, ...(Parameters === undefined ? {} : { Parameters }), ...more });

describe("SELECT", () => {
  beforeEach(async () => {
    await call("CreateTable", orders);
    for (const [customer, placed, state] of [
      ["ann", 1, "open"],
      ["ann", 2, "done"],
      ["ann", 3, "open"],
      ["bob", 1, "done"],
      ["cid", 1, "open"],
    ] as const) {
      await putOrder(customer, placed, state, placed * 10);
    }
  });

  const placed = (items: { placed: { N: string } }[]) => items.map((item) => item.placed.N);

  test("reads a partition by key, narrowed by the sort key, filtered, in either order", async () => {
    const one = await run("SELECT * FROM orders WHERE customer = 'ann' AND placed >= 2");
    expect(one.Items).toEqual([order("ann", 2, "done", 20), order("ann", 3, "open", 30)]);
    const two = await run(
      `SELECT * FROM "orders" WHERE customer = ? AND state = 'open' ORDER BY placed DESC`,
      [{ S: "ann" }],
    );
    expect(placed(two.Items)).toEqual(["3", "1"]);
  });

  test("shows columns, nested ones under their last name", async () => {
    await call("PutItem", {
      TableName: "orders",
      Item: { ...order("ann", 9, "x"), deep: { M: { list: { L: [{ S: "a" }, { S: "b" }] } } } },
    });
    const { Items } = await run("SELECT total, deep.list FROM orders WHERE customer = 'ann' AND placed = 9");
    expect(Items).toEqual([{ total: { N: "10" }, list: { L: [{ S: "a" }, { S: "b" }] } }]);
  });

  test("reads several partitions by IN, and indexes by their own keys", async () => {
    const several = await run("SELECT customer FROM orders WHERE customer IN ['bob', 'cid', 'dan']");
    expect(several.Items).toEqual([{ customer: { S: "bob" } }, { customer: { S: "cid" } }]);
    const index = await run(`SELECT * FROM orders."by-state" WHERE state = 'done' ORDER BY placed DESC`);
    expect(placed(index.Items)).toEqual(["2", "1"]);
    expect(index.Items[0].note).toBeUndefined();
    const local = await run(
      `SELECT note FROM orders."by-state-local" WHERE customer = 'ann' AND state = 'done'`,
    );
    expect(local.Items).toEqual([{ note: { S: "n" } }]);
  });

  test("scans where no key is fixed", async () => {
    const { Items } = await run(
      "SELECT customer FROM orders WHERE total BETWEEN 20 AND 30 OR customer = 'cid'",
    );
    expect(Items.map((item: { customer: { S: string } }) => item.customer.S).sort()).toEqual([
      "ann",
      "ann",
      "cid",
    ]);
  });

  test("pages by Limit over all that is looked at", async () => {
    const seen: string[] = [];
    let NextToken: string | undefined;
    let pages = 0;
    do {
      const page = await run(
        "SELECT * FROM orders WHERE customer IN ('ann', 'bob') AND total <> 20",
        undefined,
        {
          Limit: 2,
          ...(NextToken === undefined ? {} : { NextToken }),
        },
      );
      for (const item of page.Items) seen.push(item.customer.S + item.placed.N);
      NextToken = page.NextToken;
      pages += 1;
    } while (NextToken !== undefined);
    expect(seen).toEqual(["ann1", "ann3", "bob1"]);
    expect(pages).toBe(3);
    await expect(run("SELECT * FROM orders", undefined, { NextToken: "bm9uc2Vuc2U=" })).rejects.toThrow(
      "Invalid NextToken",
    );
  });

  test.each([
    ["SELECT * FROM orders ORDER BY placed", "Must have WHERE clause in the statement when using ORDER BY"],
    ["SELECT * FROM orders WHERE total = 1 ORDER BY placed", "Must have at least one non-optional hash key"],
    [
      "SELECT * FROM orders WHERE customer = 'a' ORDER BY total",
      "Variable reference total in ORDER BY clause must be part of the primary key",
    ],
    ["SELECT * FROM nothing", "Requested resource not found"],
    ["SELECT * FROM orders.nothing", "The table does not have the specified index"],
    [
      "SELECT * FROM orders WHERE size(total) > ?",
      "Number of parameters in request and statement don't match.",
    ],
    ["SHOW TABLES", "Statement wasn't well formed, can't be processed: Expected data manipulation"],
  ])("refuses %s", async (statement, message) => {
    await expect(run(statement)).rejects.toThrow(message);
  });
});

describe("a statement that writes", () => {
  beforeEach(() => call("CreateTable", plain));
  const item = async (key: string) => (await call("GetItem", { TableName: "plain", Key: id(key) })).Item;

  test("inserts an item once", async () => {
    const insert = () =>
      run("INSERT INTO plain VALUE {'id': 'a', 'n': 1, 'set': <<'x', 'y'>>, 'l': [true, null, ?]}", [
        { B: Buffer.from("b") },
      ]);
    expect(await insert()).toEqual({ Items: [] });
    expect(await item("a")).toEqual({
      id: { S: "a" },
      n: { N: "1" },
      set: { SS: ["x", "y"] },
      l: { L: [{ BOOL: true }, { NULL: true }, { B: "Yg==" }] },
    });
    await expect(insert()).rejects.toMatchObject({
      code: "DuplicateItemException",
      message: "Duplicate primary key exists in table",
    });
  });

  test("updates an item that is there, and returns what is asked", async () => {
    await expect(run("UPDATE plain SET n = 1 WHERE id = 'a'")).rejects.toMatchObject({
      code: "ConditionalCheckFailedException",
    });
    await run("INSERT INTO plain VALUE {'id': 'a', 'n': 5, 'l': [1], 's': <<1, 2>>, 'gone': true}");
    const updated = await run(
      "UPDATE plain SET n = n - 2 SET l = list_append(l, [2]) SET s = set_delete(s, <<1>>) REMOVE gone WHERE id = ? AND n > 4 RETURNING MODIFIED OLD *",
      [{ S: "a" }],
    );
    expect(updated.Items).toEqual([
      { n: { N: "5" }, l: { L: [{ N: "1" }] }, s: { NS: ["1", "2"] }, gone: { BOOL: true } },
    ]);
    expect(await item("a")).toEqual({
      id: { S: "a" },
      n: { N: "3" },
      l: { L: [{ N: "1" }, { N: "2" }] },
      s: { NS: ["2"] },
    });
    await expect(
      run("UPDATE plain SET n = 0 WHERE id = 'a' AND n > 4", undefined, {
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    ).rejects.toMatchObject({ code: "ConditionalCheckFailedException", fields: { Item: { n: { N: "3" } } } });
  });

  test("deletes an item, and does nothing where there is none", async () => {
    await run("INSERT INTO plain VALUE {'id': 'a', 'n': 5}");
    await expect(run("DELETE FROM plain WHERE id = 'a' AND n = 4")).rejects.toMatchObject({
      code: "ConditionalCheckFailedException",
    });
    expect(await run("DELETE FROM plain WHERE id = 'a' RETURNING ALL OLD *")).toEqual({
      Items: [{ id: { S: "a" }, n: { N: "5" } }],
    });
    expect(await run("DELETE FROM plain WHERE id = 'a' AND n = 4")).toEqual({ Items: [] });
    await expect(run("DELETE FROM plain WHERE n = 4")).rejects.toThrow(
      "Where clause does not contain a mandatory equality on all key attributes",
    );
  });

  test("in a batch stands for itself", async () => {
    const { Responses } = await call("BatchExecuteStatement", {
      Statements: [
        { Statement: "INSERT INTO plain VALUE {'id': 'a'}" },
        { Statement: "INSERT INTO plain VALUE {'id': 'a'}" },
        { Statement: "UPDATE plain SET n = 1 WHERE id = 'b'" },
        { Statement: "UPDATE plain SET n = 1 WHERE id = 'a'" },
        { Statement: "UPDATE nowhere SET n = 1 WHERE id = 'a'" },
        { Statement: "UPDATE plain SET n 1" },
      ],
    });
    expect(Responses.map((response: { Error?: { Code: string } }) => response.Error?.Code)).toEqual([
      undefined,
      "DuplicateItem",
      "ConditionalCheckFailed",
      undefined,
      "ResourceNotFound",
      "ValidationError",
    ]);
    const read = await call("BatchExecuteStatement", {
      Statements: [
        { Statement: "SELECT * FROM plain WHERE id = ?", Parameters: [{ S: "a" }] },
        { Statement: "SELECT * FROM plain WHERE id = 'b'" },
        { Statement: "SELECT * FROM plain WHERE n = 1" },
      ],
    });
    expect(read.Responses).toMatchObject([
      { TableName: "plain", Item: { n: { N: "1" } } },
      { TableName: "plain" },
      { Error: { Code: "ValidationError" } },
    ]);
  });

  test("in a transaction happens with all others or not at all", async () => {
    await run("INSERT INTO plain VALUE {'id': 'a', 'n': 1}");
    const transact = (...statements: string[]) =>
      call("ExecuteTransaction", { TransactStatements: statements.map((Statement) => ({ Statement })) });
    await expect(
      transact("INSERT INTO plain VALUE {'id': 'b'}", "EXISTS(SELECT * FROM plain WHERE id = 'a' AND n = 2)"),
    ).rejects.toMatchObject({
      code: "TransactionCanceledException",
      fields: { CancellationReasons: [{ Code: "None" }, { Code: "ConditionalCheckFailed" }] },
    });
    await expect(transact("INSERT INTO plain VALUE {'id': 'a'}")).rejects.toMatchObject({
      fields: { CancellationReasons: [{ Code: "DuplicateItem" }] },
    });
    expect(await item("b")).toBeUndefined();
    await transact(
      "INSERT INTO plain VALUE {'id': 'b'}",
      "EXISTS(SELECT * FROM plain WHERE id = 'a' AND n = 1)",
    );
    expect(await item("b")).toEqual(id("b"));
    expect(
      (await transact("SELECT * FROM plain WHERE id = 'a'", "SELECT * FROM plain WHERE id = 'z'")).Responses,
    ).toEqual([{ Item: { id: { S: "a" }, n: { N: "1" } } }, {}]);
    await expect(
      transact("SELECT * FROM plain WHERE id = 'a'", "DELETE FROM plain WHERE id = 'b'"),
    ).rejects.toThrow("The entire transaction must consist of either read statements or write statements");
  });
});

describe("functions and types", () => {
  beforeEach(async () => {
    await call("CreateTable", plain);
    await call("PutItem", {
      TableName: "plain",
      Item: {
        ...id("i"),
        ss: { SS: ["a", "b"] },
        s: { S: "str" },
        m: { M: { sub: { S: "x" } } },
        nul: { NULL: true },
        flag: { BOOL: true },
      },
    });
  });

  const where = (condition: string) => `SELECT * FROM plain WHERE id = 'i' AND ${condition}`;
  const update = (set: string) => `UPDATE plain SET ${set} WHERE id = 'i'`;

  test.each<[string, number]>([
    ["attribute_exists(ss)", 1],
    ["ATTRIBUTE_EXISTS(nope)", 0],
    ["NOT attribute_exists(nope)", 1],
    ["attribute_not_exists(m.nope)", 1],
    ["(attribute_exists(nope) OR attribute_exists(m.sub))", 1],
    ["attribute_exists(ss) = true", 1],
    ["attribute_exists(ss) = false", 0],
    ["attribute_type(ss, 'SS')", 1],
    ["size(s) = 3", 1],
    ["nul IS NULL", 1],
    ["s IS NOT NULL", 1],
    ["flag IS BOOL", 1],
    ["s IS BOOLEAN", 0],
    ["NOT s IN ['x', 'y']", 1],
  ])("%s", async (condition, count) => {
    expect((await run(where(condition))).Items).toHaveLength(count);
  });

  const requiresPath =
    "Operator or function requires a document path; operator or function: attribute_exists";
  const wrongCount =
    "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: ";
  const overflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range under ";

  test.each([
    [where("attribute_exists('ss')"), requiresPath],
    [where("attribute_exists()"), `${wrongCount}0`],
    [where("attribute_exists(ss, s)"), `${wrongCount}2`],
    [where("EXISTS(ss)"), "Unrecognized function: exists at 1:40:6"],
    [where("set_add(ss, <<'x'>>) = ss"), "Unrecognized function: set_add at 1:40:7"],
    [
      where("s < true"),
      "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
    ],
    [where("n = 1e126"), `${overflow}root`],
    ["INSERT INTO plain VALUE {'id': 'x', 'm': {'x': 1e126}}", `${overflow}root.x`],
    ["INSERT INTO plain VALUE {'id': 'x', 'l': [1, 1e126]}", `${overflow}root[1]`],
    [
      "INSERT INTO plain VALUE {'id': 'x', 'ss': set_add(<<'a'>>, <<'b'>>)}",
      "Unsupported data type: set_add under key root at 1:43:7",
    ],
    [
      update("t = set_add(ss, <<'x'>>)"),
      "The first argument to SET_ADD must equal the assignment value at 1:22:7",
    ],
    [
      update("ss = set_delete(<<'a'>>, <<'b'>>)"),
      "The first argument to SET_DELETE must equal the assignment value at 1:23:10",
    ],
    [
      update("ss = set_add(ss, 'x')"),
      "The second argument to SET_ADD must be a value with type SET at 1:31:2",
    ],
    [update("ss = set_add(ss)"), "SET_ADD must have exactly two arguments at 1:23:7"],
    [update("ss = set_add(ss, <<>>)"), "Empty bags are not supported"],
    [
      update("ss = set_add(ss, <<'x', 'x'>>)"),
      "One or more parameter values were invalid: Input collection [x, x] contains duplicates.",
    ],
    [update("ss = set_add(ss, <<1>>)"), "An operand in the update expression has an incorrect data type"],
  ])("refuses %s", async (statement, message) => {
    await expect(run(statement)).rejects.toMatchObject({ code: "ValidationException", message });
  });

  test("reads parameters as the older layer does", async () => {
    for (const [N, message] of [
      ["1e2147483648", "The parameter cannot be converted to a numeric value: 1e2147483648"],
      [
        "1e2147483647",
        "Number underflow. Attempting to store a number with magnitude smaller than supported range",
      ],
      ["", "The parameter cannot be converted to a numeric value"],
    ] as const) {
      await expect(run(where("n = ?"), [{ L: [{ N }] }])).rejects.toMatchObject({ message });
    }
  });

  test("a condition on a write is one that the item must meet", async () => {
    await run(`${update("z = 1")} AND attribute_not_exists(z)`);
    const again = run(`${update("z = 2")} AND attribute_not_exists(z)`);
    await expect(again).rejects.toMatchObject({ code: "ConditionalCheckFailedException" });
    const absent = run("UPDATE plain SET z = 1 WHERE id = 'absent' AND attribute_not_exists(id)");
    await expect(absent).rejects.toMatchObject({ code: "ConditionalCheckFailedException" });
  });

  test("a transaction of writes answers with nothing, and one read or check with its place", async () => {
    const transact = (...statements: string[]) =>
      call("ExecuteTransaction", { TransactStatements: statements.map((Statement) => ({ Statement })) });
    expect(await transact(update("z = 1"), "DELETE FROM plain WHERE id = 'absent'")).toEqual({
      Responses: [],
    });
    await expect(transact(where("s = 'str'"))).rejects.toThrow(
      "Validation failed in TransactStatements[0]: Select statements within ExecuteTransaction must specify the primary key in the where clause.",
    );
    await expect(transact(update("z = 2"), "EXISTS(SELECT * FROM plain WHERE id = 'j')")).rejects.toThrow(
      "Validation failed in TransactStatements[1]: EXISTS() must contain a single item read with additional condition",
    );
  });
});

test("an index with several attributes of a kind in its key is not read by statements", async () => {
  await call("CreateTable", {
    ...plain,
    AttributeDefinitions: ["id", "g", "h"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    GlobalSecondaryIndexes: [
      {
        IndexName: "several",
        KeySchema: ["g", "h"].map((AttributeName) => ({ AttributeName, KeyType: "HASH" })),
        Projection: { ProjectionType: "ALL" },
      },
    ],
  });
  const Statement = `SELECT * FROM "plain"."several" WHERE g = 'a'`;
  const message =
    "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys.";
  await expect(run(Statement)).rejects.toMatchObject({ message });
  const batch = await call("BatchExecuteStatement", { Statements: [{ Statement }] });
  expect(batch.Responses).toEqual([
    { TableName: "plain", Error: { Code: "ValidationError", Message: message } },
  ]);
  expect((await run("SELECT * FROM plain WHERE id = 'a'")).Items).toEqual([]);
});

test("what an update touched is returned where there is something, and never in a transaction", async () => {
  await call("CreateTable", plain);
  await call("PutItem", { TableName: "plain", Item: { ...id("i"), a: { N: "1" }, b: { N: "2" } } });
  const update = (change: string, returning: string) =>
    `UPDATE plain ${change} WHERE id = 'i' RETURNING MODIFIED ${returning} *`;
  expect((await run(update("SET a = 3", "OLD"))).Items).toEqual([{ a: { N: "1" } }]);
  expect((await run(update("SET c = 3", "OLD"))).Items).toEqual([]);
  expect((await run(update("REMOVE b", "NEW"))).Items).toEqual([]);
  await expect(
    call("ExecuteTransaction", { TransactStatements: [{ Statement: update("SET a = 4", "NEW") }] }),
  ).rejects.toMatchObject({ code: "ValidationException" });
  expect((await run("SELECT a FROM plain")).Items).toEqual([{ a: { N: "3" } }]);
});

test("a column is called by its path from the last name on", async () => {
  await call("CreateTable", plain);
  const Item = { ...id("i"), a: { M: { b: { L: [{ S: "x" }, { L: [{ S: "y" }] }] } } } };
  await call("PutItem", { TableName: "plain", Item });
  expect((await run("SELECT a.b[0], a.b[1][0], id FROM plain")).Items).toEqual([
    { "b[0]": { S: "x" }, "b[1][0]": { S: "y" }, ...id("i") },
  ]);
});
