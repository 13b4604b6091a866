// Push notifications to one endpoint, into the outbox.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { PublishInput, PublishResponse } from "../../../model/generated/sns.d.ts";
import { putSent } from "../delivery/outbox.ts";
import { invalidParameter, sns } from "../faults.ts";
import { parseMessageAttributes } from "../messages/message-attributes.ts";
import {
  checkSubject,
  largestMessageBytes,
  messageFor,
  type Published,
  parseStructure,
} from "../messages/published.ts";
import { PlatformApplication } from "./platform-application.ts";
import { isEnabled, openEndpoint } from "./platform-endpoint.ts";

export async function publishToEndpoint(
  tx: Transaction,
  arn: string,
  { Message, Subject, MessageAttributes, MessageStructure }: PublishInput,
): Promise<PublishResponse> {
  const endpoint = await openEndpoint(tx, arn);
  if (Message === "") throw invalidParameter("Empty message");
  if (Buffer.byteLength(Message) > largestMessageBytes) throw invalidParameter("Message too long");
  checkSubject(Subject);
  const attributes = parseMessageAttributes(MessageAttributes);
  const byProtocol = parseStructure(MessageStructure, Message);
  const application = await tx.get(PlatformApplication, endpoint.platform, endpoint.application);
  if (application === undefined || !isEnabled(application)) {
    throw fault(sns, "PlatformApplicationDisabled", "Platform application is disabled");
  }
  if (!isEnabled(endpoint)) throw fault(sns, "EndpointDisabled", "Endpoint is disabled");
  const messageId = tx.ids.uuid();
  const body = messageForPlatform({ message: Message, byProtocol }, endpoint.platform);
  await putSent(tx, { protocol: "application", to: arn, messageId, subject: Subject, body, attributes });
  return { MessageId: messageId };
}

/** A message may have a text for each platform. */
export function messageForPlatform(
  published: Pick<Published, "message" | "byProtocol">,
  platform: string,
): string {
  return messageFor(published as Published, platform);
}
