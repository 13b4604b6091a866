// UpdateDestination: changes the destination of a stream that nobody else has
// changed meanwhile.

import { fault } from "../../../core/fault.ts";
import type { WaitingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { UpdateDestinationInput } from "../../../model/generated/firehose.d.ts";
import { streamTopic } from "../buffer/lane.ts";
import { updatedDestination } from "../destination/configure.ts";
import { checkSchema } from "../destination/conversion-settings.ts";
import { destinationId } from "../destination/destination.ts";
import { firehose, invalidArgument } from "../faults.ts";
import { DeliveryStream, openActive, type StreamState } from "../stream.ts";

export const updateDestination: WaitingHandler<UpdateDestinationInput, Record<string, never>> = {
  waits: async (input, ctx) => {
    const { destination } = await ctx.atomically((tx) => changed(tx, input));
    await checkSchema(ctx, destination);
    await ctx.atomically(async (tx) => {
      const stream = await changed(tx, input);
      tx.put(DeliveryStream, stream);
      // What waits may be ripe by the new settings.
      tx.notify(streamTopic(stream.id));
    });
    return {};
  },
};

async function changed(tx: Transaction, input: UpdateDestinationInput): Promise<StreamState> {
  const { DeliveryStreamName: name, CurrentDeliveryStreamVersionId: version, DestinationId } = input;
  const stream = await openActive(tx, name);
  if (version !== String(stream.version)) {
    throw fault(
      firehose,
      "ConcurrentModificationException",
      `Cannot update firehose: ${name} since the current version id: ${stream.version} and specified version id: ${version} do not match`,
    );
  }
  if (DestinationId !== destinationId) {
    throw invalidArgument(`Destination Id ${DestinationId} not found`);
  }
  return {
    ...stream,
    destination: updatedDestination(stream.destination, input),
    version: stream.version + 1,
    updatedAt: tx.now,
  };
}
