import { describe, expect, test } from "vitest";
import { parseStatement } from "./statement.ts";
import type { Update } from "./syntax.ts";

const parse = (text: string) => parseStatement(text).statement;
const path = (place: string, ...steps: (string | number)[]) => ({ kind: "path", path: steps, place });

describe("a PartiQL statement", () => {
  test("selects columns from a table or an index, under a condition, in an order", () => {
    expect(
      parse(
        `SELECT a, b.c[2], "d e" FROM "my-table"."by-x" WHERE x = 'it''s' AND n >= -1.5 ORDER BY x DESC, y`,
      ),
    ).toEqual({
      kind: "select",
      columns: [["a"], ["b", "c", 2], ["d e"]],
      from: { table: "my-table", index: "by-x" },
      where: {
        kind: "and",
        left: {
          kind: "comparison",
          comparator: "=",
          left: path("1:54:1", "x"),
          right: { kind: "string", text: "it's" },
        },
        right: {
          kind: "comparison",
          comparator: ">=",
          left: path("1:70:1", "n"),
          right: { kind: "number", text: "-1.5" },
        },
      },
      order: [
        { path: ["x"], descending: true },
        { path: ["y"], descending: false },
      ],
    });
  });

  test("counts its parameters in order", () => {
    const { statement, parameters } = parseStatement("delete from t where a = ? and b in [?, ?]");
    expect(parameters).toBe(3);
    expect(statement).toMatchObject({
      where: { right: { list: [{ index: 1 }, { index: 2 }] } },
    });
  });

  test("inserts a structure of all literals", () => {
    expect(
      parse(`INSERT INTO t VALUE {'s': 'x', 'l': [1, true, null], 'set': <<'a','b'>>, 'm': {'n': ?}}`),
    ).toMatchObject({
      value: {
        fields: [
          { name: "s", value: { kind: "string" } },
          { name: "l", value: { kind: "list", members: [{ text: "1" }, { value: true }, { kind: "null" }] } },
          { name: "set", value: { kind: "bag" } },
          { name: "m", value: { fields: [{ name: "n", value: { kind: "parameter", index: 0 } }] } },
        ],
      },
    });
  });

  test("updates by SET and REMOVE, and returns what it is asked to", () => {
    expect(
      parse("UPDATE t SET n = n - 1 SET l = list_append(l, [1]) REMOVE a.b WHERE k = 1 RETURNING ALL NEW *"),
    ).toMatchObject({
      changes: [
        { kind: "set", path: ["n"], value: { kind: "arithmetic", operator: "-" } },
        { kind: "set", path: ["l"], value: { kind: "call", name: "list_append" } },
        { kind: "remove", path: ["a", "b"] },
      ],
      returning: { which: "ALL", state: "NEW" },
    });
  });

  test("takes an update that begins with FROM for any other", () => {
    const { where, ...turned } = parse("from t where k = 1 set n = 2 remove a returning all new *") as Update;
    expect(turned).toEqual({
      kind: "update",
      table: { table: "t" },
      changes: [
        { kind: "set", path: ["n"], value: { kind: "number", text: "2" } },
        { kind: "remove", path: ["a"] },
      ],
      returning: { which: "ALL", state: "NEW" },
    });
    expect(where).toMatchObject({ kind: "comparison", right: { text: "1" } });
    expect(() => parse("FROM t SET a = 1 WHERE k = 1")).toThrow("Unexpected token after expression");
  });

  test("knows NOT before IN and BETWEEN, IS, and precedence", () => {
    expect(
      parse("SELECT * FROM t WHERE NOT a IS MISSING OR b NOT IN (1) AND c BETWEEN 1 AND 2"),
    ).toMatchObject({
      where: {
        kind: "or",
        left: { kind: "not", operand: { kind: "is", type: "MISSING" } },
        right: { kind: "and", left: { kind: "not", operand: { kind: "in" } }, right: { kind: "between" } },
      },
    });
  });

  test("takes comments for blanks, and numbers in every form", () => {
    const text = "-- one\nSELECT * FROM t /* two */ WHERE a IN [.5e1, -.5, 5., 1E+2] -- three";
    expect(parse(text)).toMatchObject({
      where: { list: [{ text: ".5e1" }, { text: "-.5" }, { text: "5." }, { text: "1E+2" }] },
    });
  });

  test("says where its calls stand", () => {
    expect(parse("SELECT * FROM t\n WHERE\n  Size(a) = 1")).toMatchObject({
      where: { left: { name: "size", place: "3:3:4", operands: [{ place: "3:8:1" }] } },
    });
  });

  test.each([
    ["", "Expected data manipulation"],
    ["DROP TABLE t", "Expected data manipulation"],
    ["SELECT * FROM", "Unexpected term"],
    ["SELECT * FROM t WHERE", "Unexpected term"],
    ["SELECT FROM t", "Unexpected keyword"],
    ["INSERT INTO t (a) VALUES (1)", "Unexpected term"],
    ["INSERT INTO t VALUES (1)", "Unexpected keyword"],
    ["SELECT * FROM t WHERE a = 'x", ""],
    ["SELECT * FROM t WHERE a = 1 # note", ""],
    ["SELECT * FROM t WHERE a = 1 /* note", ""],
    ["SELECT * FROM t WHERE a = 1e2147483648", ""],
    ["SELECT * FROM t WHERE a = 1.5e-2147483647", ""],
    ["SELECT * FROM t LIMIT 5", "Unexpected token after expression"],
    ["SELECT * FROM t WHERE a = 1 e5", "Unexpected token after expression"],
    ["SELECT * FROM t ORDER BY a WHERE a = 1", "Unexpected token after expression"],
    ["DELETE FROM t WHERE a = 1 ORDER BY a", "Unexpected token after expression"],
    ["INSERT INTO t u VALUE {'a': 1}", "Unexpected token after expression"],
    ["SELECT * FROM t WHERE m.inner = 1", "Invalid path dot component"],
    ["SELECT * FROM t u WHERE a = 1", "Aliasing is not supported"],
    ["SELECT * FROM t AS u", "Aliasing is not supported"],
    ['UPDATE t "u" SET a = 1 WHERE a = 1', "Aliasing is not supported"],
    ["SELECT size(a) FROM t", "Unexpected path component at 1:8:4"],
    [`SELECT * FROM t WHERE ${"(".repeat(5000)}a`, "Statement is nested too deeply"],
  ])("that is none is refused: %s", (text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ message }) as unknown as Error);
  });
});
