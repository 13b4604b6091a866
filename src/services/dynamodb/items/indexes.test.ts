import fc from "fast-check";
import { expect, test } from "vitest";
import { testCloud } from "../../test-cloud.ts";
import dynamodb from "../index.ts";
import { orders } from "../test-tables.ts";
import type { Item } from "../values/attribute-value.ts";

const customer = fc.constantFrom("ann", "bob");
const placed = fc.constantFrom("-3", "0", "2.5", "10");
const state = fc.constantFrom("open", "done", undefined);
const step = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), customer, placed, state, total: fc.nat(9) }),
  fc.record({ kind: fc.constant("update" as const), customer, placed, state, total: fc.nat(9) }),
  fc.record({ kind: fc.constant("delete" as const), customer, placed }),
);

const byKey = (left: Item, right: Item) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);
const sorted = (items: readonly Item[]) =>
  items.map((item) => Object.fromEntries(Object.entries(item).sort())).sort(byKey);

test("after any history the indexes hold what the table's items say, and the counters count it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const cloud = await testCloud([dynamodb]);
      const call = async (operation: string, input: object) =>
        JSON.parse(
          JSON.stringify(await cloud.call("dynamodb", operation, { TableName: "orders", ...input })),
        );
      await call("CreateTable", orders);
      const model = new Map<string, Item>();
      for (const { kind, ...values } of steps) {
        const Key = { customer: { S: values.customer }, placed: { N: values.placed } };
        const name = JSON.stringify(Key);
        if (kind === "delete") {
          await call("DeleteItem", { Key });
          model.delete(name);
          continue;
        }
        const { state: stateNow, total } = values as { state: string | undefined; total: number };
        const rest = {
          total: { N: String(total) },
          ...(stateNow === undefined ? {} : { state: { S: stateNow } }),
        };
        if (kind === "put") {
          await call("PutItem", { Item: { ...Key, ...rest } });
          model.set(name, { ...Key, ...rest });
        } else {
          const gone = stateNow === undefined ? " REMOVE #s" : ", #s = :s";
          await call("UpdateItem", {
            Key,
            UpdateExpression: `SET #t = :t${gone}`,
            ExpressionAttributeNames: { "#t": "total", "#s": "state" },
            ExpressionAttributeValues: {
              ":t": rest.total,
              ...(rest.state === undefined ? {} : { ":s": rest.state }),
            },
          });
          const { state: _, ...before } = model.get(name) ?? {};
          model.set(name, { ...before, ...Key, ...rest });
        }
      }
      const items = [...model.values()];
      const entered = items.filter((item) => item.state !== undefined);
      expect(sorted((await call("Scan", {})).Items)).toEqual(sorted(items));
      // `by-state` projects all attributes used here, `by-state-local` only keys.
      expect(sorted((await call("Scan", { IndexName: "by-state" })).Items)).toEqual(sorted(entered));
      expect(sorted((await call("Scan", { IndexName: "by-state-local" })).Items)).toEqual(
        sorted(entered.map(({ total: _, ...keys }) => keys)),
      );
      const { Table } = await call("DescribeTable", {});
      expect(Table.ItemCount).toBe(items.length);
      expect(Table.GlobalSecondaryIndexes[0].ItemCount).toBe(entered.length);
      expect(Table.LocalSecondaryIndexes[0].ItemCount).toBe(entered.length);
      if (items.length === 0) expect(Table.TableSizeBytes).toBe(0);
      await cloud.stop();
    }),
    { numRuns: 40 },
  );
});
