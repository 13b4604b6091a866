// A message as functions and pipes see it: the same facts as ReceiveMessage's,
// with lower-case first letters.

import type { Message } from "../../model/generated/sqs.d.ts";
import type { Queue } from "./queue.ts";

export type QueueRecord = Readonly<Record<string, unknown>> & {
  readonly messageId: string;
  readonly body: string;
};

export function queueRecord(message: Message, queue: Queue): QueueRecord {
  return {
    messageId: message.MessageId!,
    receiptHandle: message.ReceiptHandle,
    body: message.Body ?? "",
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        {
          ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
          ...(value.BinaryValue === undefined
            ? {}
            : { binaryValue: Buffer.from(value.BinaryValue).toString("base64") }),
          stringListValues: [],
          binaryListValues: [],
          dataType: value.DataType,
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody,
    ...(message.MD5OfMessageAttributes === undefined
      ? {}
      : { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: "aws:sqs",
    eventSourceARN: queue.arn,
    awsRegion: queue.region,
  };
}

/** As filters see it: a pattern for JSON does not match plain text, nor the other way round. */
export function filteredRecord(record: QueueRecord): object {
  return { ...record, body: bodyValue(record.body) };
}

function bodyValue(body: string): unknown {
  if (!body.trimStart().startsWith("{")) return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
