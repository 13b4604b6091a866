// Says in the answer that the requester was charged, where the bucket's
// requesters pay and this one said that it knows
// (docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html).

import type { Handler, Operations, WritingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { Bucket } from "../buckets/bucket.ts";
import { readConfiguration } from "../buckets/configuration.ts";

interface Payable {
  readonly Bucket?: string | undefined;
  readonly RequestPayer?: string | undefined;
}

/** All operations as they are; a request that says nothing of payment costs no more than it did. */
export function charging(operations: Operations<S3>): Operations<S3> {
  const wrapped = Object.entries(operations).map(([name, handler]) => [name, wrap(handler as never)]);
  return Object.fromEntries(wrapped) as Operations<S3>;
}

function wrap(handler: Handler<Payable, object>): Handler<Payable, object> {
  if (typeof handler === "function") return wrapWriting(handler);
  return {
    waits: (input, ctx: Waiting) => {
      if (input.RequestPayer === undefined) return handler.waits(input, ctx);
      return handler
        .waits(input, ctx)
        .then(async (output) => ({ ...output, ...(await ctx.atomically((tx) => chargeOf(tx, input))) }));
    },
  };
}

function wrapWriting(handler: WritingHandler<Payable, object>): WritingHandler<Payable, object> {
  return (input, tx) => {
    if (input.RequestPayer === undefined) return handler(input, tx);
    return handler(input, tx).then(async (output) => ({ ...output, ...(await chargeOf(tx, input)) }));
  };
}

async function chargeOf(
  tx: Transaction,
  { Bucket: name }: Payable,
): Promise<{ readonly RequestCharged?: "requester" }> {
  const bucket = name === undefined ? undefined : await tx.get(Bucket, name);
  if (bucket === undefined || bucket.owner === tx.principal.account) return {};
  const payment = await readConfiguration(tx, bucket, "requestPayment");
  return payment?.payer === "Requester" ? { RequestCharged: "requester" } : {};
}
