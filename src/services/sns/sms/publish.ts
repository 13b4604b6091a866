// Text messages to one number, into the outbox.

import type { Transaction } from "../../../core/transaction.ts";
import type { PublishInput, PublishResponse } from "../../../model/generated/sns.d.ts";
import { putSent } from "../delivery/outbox.ts";
import { invalidParameter } from "../faults.ts";
import { parseMessageAttributes } from "../messages/message-attributes.ts";
import { checkSubject, largestMessageBytes, parseStructure } from "../messages/published.ts";
import { isOptedOut, phoneNumber } from "./opt-out.ts";
import { logTextMessage } from "./status-log.ts";

export async function publishToPhone(
  tx: Transaction,
  given: string,
  { Message, Subject, MessageAttributes, MessageStructure }: PublishInput,
): Promise<PublishResponse> {
  const to = phoneNumber(given, "PhoneNumber");
  if (Message === "") throw invalidParameter("Empty message");
  if (Buffer.byteLength(Message) > largestMessageBytes) throw invalidParameter("Message too long");
  checkSubject(Subject);
  const attributes = parseMessageAttributes(MessageAttributes);
  const byProtocol = parseStructure(MessageStructure, Message);
  const messageId = tx.ids.uuid();
  // AWS accepts the message, and its delivery fails.
  const body = byProtocol?.sms ?? byProtocol?.default ?? Message;
  const optedOut = await isOptedOut(tx, to);
  if (!optedOut) await putSent(tx, { protocol: "sms", to, messageId, body, attributes });
  await logTextMessage(tx, { to, messageId, body, attributes, optedOut });
  return { MessageId: messageId };
}
