// The envelopes: JSON as SNS lays it out, signed. Its fields, their order and
// its white space are what subscribers see.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html

import type { TopicState } from "../topics/topic.ts";
import { envelopeAttributes, type MessageAttributes } from "./message-attributes.ts";
import type { Published } from "./published.ts";
import { type SignatureVersion, type Signer, textToSign } from "./signing.ts";

export interface Signature {
  readonly version: SignatureVersion;
  readonly value: string;
  readonly certificateUrl: string;
}

/** A message as one protocol's subscribers read it; all that differs between them is how to unsubscribe. */
export interface Notification {
  readonly published: Published;
  readonly text: string;
  /** FIFO topics do not sign. */
  readonly signature: Signature | undefined;
  readonly head: string;
  readonly tail: string;
}

export function signatureVersion(topic: TopicState): SignatureVersion {
  return topic.attributes.SignatureVersion === "2" ? "2" : "1";
}

export async function notification(
  published: Published,
  text: string,
  version: SignatureVersion,
  signer: Signer | undefined,
): Promise<Notification> {
  const timestamp = timestampOf(published.at);
  const signature = signer && {
    version,
    value: await signer.sign(
      textToSign({
        Message: text,
        MessageId: published.messageId,
        Subject: published.subject,
        Timestamp: timestamp,
        TopicArn: published.topicArn,
        Type: "Notification",
      }),
      version,
    ),
    certificateUrl: signer.certificateUrl,
  };
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["Type", "Notification"],
    ["MessageId", published.messageId],
    ["SequenceNumber", published.sequenceNumber],
    ["TopicArn", published.topicArn],
    ["Subject", published.subject],
    ["Message", text],
    ["Timestamp", timestamp],
    ["Replayed", published.replayed && "true"],
    ...signatureFields(signature),
  ];
  const attributes = published.attributes && attributeLines(published.attributes);
  return {
    published,
    text,
    signature,
    head: `{\n${fields.map(line).join("")}`,
    tail: attributes === undefined ? "\n}" : `,\n  "MessageAttributes" : {\n${attributes}\n  }\n}`,
  };
}

export function envelopeFor(told: Notification, unsubscribeUrl: string): string {
  return `${told.head}  "UnsubscribeURL" : ${JSON.stringify(unsubscribeUrl)}${told.tail}`;
}

/** The same as functions see it. */
export function functionRecord(told: Notification, unsubscribeUrl: string): object {
  const { published, text, signature } = told;
  return {
    Type: "Notification",
    MessageId: published.messageId,
    TopicArn: published.topicArn,
    Subject: published.subject ?? null,
    Message: text,
    Timestamp: timestampOf(published.at),
    SignatureVersion: signature?.version,
    Signature: signature?.value,
    SigningCertUrl: signature?.certificateUrl,
    UnsubscribeUrl: unsubscribeUrl,
    MessageAttributes: envelopeAttributes(published.attributes ?? {}),
  };
}

export interface Confirmation {
  readonly type: "SubscriptionConfirmation" | "UnsubscribeConfirmation";
  readonly messageId: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly token: string;
  readonly subscribeUrl: string;
  readonly at: number;
}

/** Asks an endpoint whether it wants to hear the topic, or tells it that it no longer does. */
export async function confirmationEnvelope(
  asked: Confirmation,
  version: SignatureVersion,
  signer: Signer,
): Promise<string> {
  const { type, messageId, topicArn, token, subscribeUrl } = asked;
  const message =
    type === "SubscriptionConfirmation"
      ? `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`
      : `You have chosen to deactivate subscription ${asked.subscriptionArn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`;
  const timestamp = timestampOf(asked.at);
  const value = await signer.sign(
    textToSign({
      Message: message,
      MessageId: messageId,
      SubscribeURL: subscribeUrl,
      Timestamp: timestamp,
      Token: token,
      TopicArn: topicArn,
      Type: type,
    }),
    version,
  );
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["Type", type],
    ["MessageId", messageId],
    ["Token", token],
    ["TopicArn", topicArn],
    ["Message", message],
    ["SubscribeURL", subscribeUrl],
    ["Timestamp", timestamp],
    ...signatureFields({ version, value, certificateUrl: signer.certificateUrl }),
  ];
  return `{\n${fields.map(line).join("").replace(/,\n$/, "")}\n}`;
}

export function timestampOf(at: number): string {
  return new Date(at).toISOString();
}

function signatureFields(
  signature: Signature | undefined,
): readonly (readonly [string, string | undefined])[] {
  return [
    ["SignatureVersion", signature?.version],
    ["Signature", signature?.value],
    ["SigningCertURL", signature?.certificateUrl],
  ];
}

function line([name, value]: readonly [string, string | undefined]): string {
  return value === undefined ? "" : `  "${name}" : ${JSON.stringify(value)},\n`;
}

function attributeLines(attributes: MessageAttributes): string {
  return Object.entries(envelopeAttributes(attributes))
    .map(([name, value]) => `    ${JSON.stringify(name)} : ${JSON.stringify(value)}`)
    .join(",\n");
}
