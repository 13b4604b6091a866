// StartDeliveryStreamEncryption and StopDeliveryStreamEncryption. The change
// shows as under way, and is done soon after.

import type { WaitingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  StartDeliveryStreamEncryptionInput,
  StopDeliveryStreamEncryptionInput,
} from "../../../model/generated/firehose.d.ts";
import { checkKey, newEncryption } from "../encryption.ts";
import { inUse, invalidArgument } from "../faults.ts";
import { settleSoon } from "../jobs.ts";
import { DeliveryStream, openActive, type StreamState } from "../stream.ts";

type Nothing = Record<string, never>;

export const startDeliveryStreamEncryption: WaitingHandler<StartDeliveryStreamEncryptionInput, Nothing> = {
  waits: async (input, ctx) => {
    const wanted = input.DeliveryStreamEncryptionConfigurationInput ?? {
      KeyType: "AWS_OWNED_CMK" as const,
    };
    await ctx.atomically((tx) => openSettled(tx, input.DeliveryStreamName));
    await checkKey(ctx, wanted);
    await ctx.atomically(async (tx) => {
      const stream = await openSettled(tx, input.DeliveryStreamName);
      tx.put(DeliveryStream, { ...stream, encryption: newEncryption(wanted, "ENABLING") });
      settleSoon(tx, stream);
    });
    return {};
  },
};

export async function stopDeliveryStreamEncryption(
  { DeliveryStreamName }: StopDeliveryStreamEncryptionInput,
  tx: Transaction,
): Promise<Nothing> {
  const stream = await openSettled(tx, DeliveryStreamName);
  if (stream.encryption === undefined) return {};
  tx.put(DeliveryStream, { ...stream, encryption: { ...stream.encryption, Status: "DISABLING" } });
  settleSoon(tx, stream);
  return {};
}

async function openSettled(tx: Transaction, name: string): Promise<StreamState> {
  const stream = await openActive(tx, name);
  if (stream.source.type !== "DirectPut") {
    throw invalidArgument(`This operation is not permitted on ${stream.source.type} delivery stream type.`);
  }
  const status = stream.encryption?.Status;
  if (status === "ENABLING" || status === "DISABLING") {
    throw inUse(`Firehose ${name} under accountId ${tx.account} has encryption in ${status} state.`);
  }
  return stream;
}
