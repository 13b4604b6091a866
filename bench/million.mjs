// A table of a million items (or as many as asked for) beside one of a thousand: the rate of GetItem and
// what the process's anonymous memory grows by.

import { createTable, dynamodbRequest, report } from "./dynamodb.mjs";
import { load } from "./load.mjs";

const text = "y".repeat(300);

export async function million({ server, row, seconds, items: total = 1_000_000 }) {
  const { port } = server;
  const fill = async (table, count) => {
    let next = 0;
    await load({
      port,
      seconds: 3600,
      warmup: 0,
      next: () => {
        if (next >= count) return undefined;
        const puts = Array.from({ length: 25 }, () => ({
          PutRequest: { Item: { id: { S: `item-${next++}` }, text: { S: text } } },
        }));
        return dynamodbRequest(port, "BatchWriteItem", { RequestItems: { [table]: puts } });
      },
    });
  };
  const get = async (table, count) => {
    const requests = Array.from({ length: 5000 }, (_, at) =>
      dynamodbRequest(port, "GetItem", {
        TableName: table,
        Key: { id: { S: `item-${(at * 7919) % count}` } },
      }),
    );
    let at = 0;
    return load({ port, seconds, next: () => requests[at++ % requests.length] });
  };
  await createTable(port, "small");
  await createTable(port, "large");
  await fill("small", 1000);
  // The first run only warms the server up.
  await get("small", 1000);
  const before = await get("small", 1000);
  report(row, "GetItem of 1,000 items", before);
  const memoryBefore = server.memory("RssAnon");
  await fill("large", total);
  const after = await get("large", total);
  report(row, `GetItem of ${total.toLocaleString("en")} items`, after);
  row("slower by, and anonymous memory grown by MB", {
    factor: before.perSecond / after.perSecond,
    MB: server.memory("RssAnon") - memoryBefore,
  });
}
