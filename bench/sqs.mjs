// SendMessage, and ReceiveMessage with DeleteMessage: one by one and by ten.

import { report } from "./dynamodb.mjs";
import { load, once, signed } from "./load.mjs";

export async function sqs({ server, row, seconds }) {
  const { port } = server;
  const request = (operation, input) =>
    signed({ port, service: "sqs", target: `AmazonSQS.${operation}`, body: JSON.stringify(input) });
  const { QueueUrl } = await once(request("CreateQueue", { QueueName: "bench" }));
  const send = request("SendMessage", { QueueUrl, MessageBody: "m".repeat(200) });
  report(row, "SQS SendMessage", await load({ port, seconds, next: () => send }));

  const one = request("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 1 });
  let deleted = 0;
  const single = await load({
    port,
    seconds,
    next: (last) => {
      const messages = last === undefined ? undefined : JSON.parse(last.body.toString() || "{}").Messages;
      if (messages === undefined || messages.length === 0) return one;
      deleted++;
      return request("DeleteMessage", { QueueUrl, ReceiptHandle: messages[0].ReceiptHandle });
    },
  });
  report(row, "SQS receive 1, delete 1 (messages)", { ...single, perSecond: single.perSecond / 2 });
  if (deleted === 0) throw new Error("Nothing was received.");

  const batch = request("SendMessageBatch", {
    QueueUrl,
    Entries: Array.from({ length: 10 }, (_, at) => ({ Id: String(at), MessageBody: "m".repeat(200) })),
  });
  await load({ port, seconds: seconds / 2, next: () => batch });
  const ten = request("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
  let moved = 0;
  const many = await load({
    port,
    seconds,
    warmup: 0,
    next: (last) => {
      const messages = last === undefined ? undefined : JSON.parse(last.body.toString() || "{}").Messages;
      if (messages === undefined || messages.length === 0) return ten;
      moved += messages.length;
      const Entries = messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
      return request("DeleteMessageBatch", { QueueUrl, Entries });
    },
  });
  report(row, "SQS receive 10, delete 10 (messages)", { ...many, perSecond: moved / seconds });
}
