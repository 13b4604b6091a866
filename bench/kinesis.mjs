// PutRecords of 500 records, PutRecord, and GetRecords of what was put.

import { report } from "./dynamodb.mjs";
import { load, once, signed } from "./load.mjs";

const shards = 100;
const batch = 500;

export async function kinesis({ server, row, seconds }) {
  const { port } = server;
  const request = (operation, input) =>
    signed({
      port,
      service: "kinesis",
      target: `Kinesis_20131202.${operation}`,
      contentType: "application/x-amz-json-1.1",
      body: JSON.stringify(input),
    });
  const StreamName = "bench";
  await once(request("CreateStream", { StreamName, ShardCount: shards }));
  const Data = Buffer.alloc(150, "d").toString("base64");
  const record = (at) => ({ Data, PartitionKey: `key-${at}` });
  const many = Array.from({ length: 8 }, (_each, call) =>
    request("PutRecords", {
      StreamName,
      Records: Array.from({ length: batch }, (_same, at) => record(call * batch + at)),
    }),
  );
  let turn = 0;
  let refused = 0;
  const put = await load({
    port,
    seconds,
    connections: 4,
    next: (last) => {
      if (last !== undefined) {
        refused += Number(/"FailedRecordCount":(\d+)/.exec(last.body.latin1Slice(0, 100))?.[1] ?? 0);
      }
      return many[turn++ % many.length];
    },
  });
  report(row, "Kinesis PutRecords (records)", { ...put, perSecond: put.perSecond * batch });
  if (refused > 0) row("Kinesis PutRecords, refused by the shards' limits", { records: refused });

  const ones = Array.from({ length: 64 }, (_each, at) =>
    request("PutRecord", { StreamName, ...record(at * 7) }),
  );
  report(row, "Kinesis PutRecord", await load({ port, seconds, next: () => ones[turn++ % ones.length] }));
}
