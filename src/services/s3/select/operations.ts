// SelectObjectContent: a query over one object, its result as a stream of events.

import type { Operations } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3, SelectObjectContentEventStream } from "../../../model/generated/s3.d.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import { checkReadable } from "../archive/restore.ts";
import { inside } from "../buckets/bucket.ts";
import { findBucket } from "../buckets/find.ts";
import { readCustomerKey } from "../encryption/customer-key.ts";
import { keysOf } from "../encryption/keys.ts";
import { unsupported } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import { openPieces, piecesOf } from "../objects/content.ts";
import { findObject } from "../objects/versions.ts";
import { startRun } from "./evaluate.ts";
import type { Query, Row } from "./expression.ts";
import { checkInput, rowsOf } from "./input.ts";
import { refused } from "./lexer.ts";
import { writerOf } from "./output.ts";
import { parseQuery } from "./parse.ts";

/** Records travel together up to here. */
const messageBytes = 64 * 1024;

async function selectObjectContent(
  input: Input<"SelectObjectContent">,
  ctx: Waiting,
): Promise<Output<"SelectObjectContent">> {
  if (input.ExpressionType !== "SQL") {
    throw refused(
      "InvalidExpressionType",
      "The ExpressionType is invalid. Only SQL expressions are supported.",
    );
  }
  if (input.ScanRange !== undefined) throw unsupported("scan ranges of S3 Select");
  checkInput(input.InputSerialization);
  const write = writerOf(input.OutputSerialization);
  const query = parseQuery(input.Expression);
  const { bucket, object, pieces } = await ctx.atomically(async (tx) => {
    const bucket = await findBucket(tx, input);
    const object = await findObject(tx, bucket, input.Key, undefined);
    checkReadable(object, tx.now);
    return { bucket, object, pieces: await piecesOf(inside(tx, bucket), object) };
  });
  const keys = await keysOf(ctx, bucket, object.encryption, readCustomerKey(input));
  const body = await openPieces(ctx.blobs, pieces, keys);
  return { Payload: eventsOf(input, query, write, body) };
}

async function* eventsOf(
  input: Input<"SelectObjectContent">,
  query: Query,
  write: (row: Row) => string,
  body: Uint8Array | ByteStream,
): AsyncGenerator<SelectObjectContentEventStream> {
  const run = startRun(query);
  let [scanned, returned] = [0, 0];
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      scanned += chunk.length;
      yield chunk;
    }
  }
  let records = "";
  const flush = (): SelectObjectContentEventStream => {
    const Payload = Buffer.from(records);
    records = "";
    returned += Payload.length;
    return { Records: { Payload } };
  };
  if (!run.over) {
    for await (const row of rowsOf(input.InputSerialization, query, counted())) {
      const result = run.add(row);
      if (result !== undefined) records += write(result);
      if (records.length >= messageBytes) yield flush();
      if (run.over) break;
    }
  }
  const last = run.end();
  if (last !== undefined) records += write(last);
  if (records !== "") yield flush();
  const Details = { BytesScanned: scanned, BytesProcessed: scanned, BytesReturned: returned };
  if (input.RequestProgress?.Enabled === true) yield { Progress: { Details } };
  yield { Stats: { Details } };
  yield { End: {} };
}

export const selectOperations = {
  SelectObjectContent: { waits: selectObjectContent },
} satisfies Operations<S3>;
