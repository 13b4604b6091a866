import { expect, test } from "vitest";
import { loadModel } from "../model/load.ts";
import { RawJson } from "../model/raw-json.ts";
import { plainOutput } from "./plain-output.ts";

const output = (operation: string) => loadModel("dynamodb").operations.get(operation)!.output;
const raw = (value: object) => new RawJson(Buffer.from(JSON.stringify(value)));

test("raw items become values, with bytes as bytes", () => {
  const item = { id: { S: "a" }, bytes: { B: "AP8=" }, deep: { M: { set: { BS: ["AQ=="] } } } };
  const expected = {
    id: { S: "a" },
    bytes: { B: new Uint8Array([0, 255]) },
    deep: { M: { set: { BS: [new Uint8Array([1])] } } },
  };
  expect(plainOutput(output("GetItem"), { Item: raw(item) })).toEqual({ Item: expected });
  expect(plainOutput(output("Query"), { Items: [raw(item)], Count: 1 })).toEqual({
    Items: [expected],
    Count: 1,
  });
  expect(plainOutput(output("BatchGetItem"), { Responses: { t: [raw(item)] } })).toEqual({
    Responses: { t: [expected] },
  });
});

test("an output without raw JSON is handed on as it is", () => {
  const plain = { Item: { id: { S: "a" } } };
  expect(plainOutput(output("GetItem"), plain)).toBe(plain);
});
