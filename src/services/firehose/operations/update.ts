// UpdateDestination: changes the destination of a stream that nobody else has
// changed meanwhile.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { UpdateDestinationInput } from "../../../model/generated/firehose.d.ts";
import { streamTopic } from "../buffer/lane.ts";
import { updatedDestination } from "../destination/configure.ts";
import { destinationId } from "../destination/destination.ts";
import { firehose, invalidArgument } from "../faults.ts";
import { DeliveryStream, openActive } from "../stream.ts";

export async function updateDestination(
  input: UpdateDestinationInput,
  tx: Transaction,
): Promise<Record<string, never>> {
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
  tx.put(DeliveryStream, {
    ...stream,
    destination: updatedDestination(stream.destination, input),
    version: stream.version + 1,
    updatedAt: tx.now,
  });
  // What waits may be ripe by the new settings.
  tx.notify(streamTopic(stream.id));
  return {};
}
