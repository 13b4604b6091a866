// What tests of queues say again and again, said once.

import { onTestFinished } from "vitest";
import { type Caller, type TestCloud, testCloud } from "../test-cloud.ts";
import sqs from "./index.ts";

/** A cloud with nothing but SQS, gone when the test ends. */
export async function sqsCloud(): Promise<TestCloud> {
  const cloud = await testCloud([sqs]);
  onTestFinished(async () => {
    await cloud.stop();
    const accidents = cloud.log.filter((entry) => entry.level === "error");
    if (accidents.length > 0) throw new Error(JSON.stringify(accidents));
  });
  return cloud;
}

export interface TestQueue {
  readonly url: string;
  readonly arn: string;
  // biome-ignore lint/suspicious/noExplicitAny: as `Caller.call`.
  call(operation: string, input?: object): Promise<any>;
  /** Sends bodies one after the other, and returns the answers. */
  send(...bodies: readonly string[]): Promise<readonly { readonly MessageId: string }[]>;
  /** What one receive of at most ten finds. */
  receive(input?: object): Promise<readonly TestMessage[]>;
  bodies(input?: object): Promise<readonly string[]>;
  delete(message: TestMessage): Promise<void>;
  /** Visible, in flight, delayed. */
  counts(): Promise<readonly number[]>;
}

export interface TestMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes?: Readonly<Record<string, string>>;
}

export async function testQueue(
  cloud: Caller,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): Promise<TestQueue> {
  const { QueueUrl: url } = await cloud.call("sqs", "CreateQueue", {
    QueueName: name,
    Attributes: attributes,
  });
  const call: TestQueue["call"] = (operation, input = {}) =>
    cloud.call("sqs", operation, { QueueUrl: url, ...input });
  const receive: TestQueue["receive"] = async (input = {}) =>
    (await call("ReceiveMessage", { MaxNumberOfMessages: 10, ...input })).Messages ?? [];
  const { Attributes } = await call("GetQueueAttributes", { AttributeNames: ["QueueArn"] });
  return {
    url,
    arn: Attributes.QueueArn,
    call,
    receive,
    send: async (...bodies) => {
      const sent = [];
      for (const MessageBody of bodies) sent.push(await call("SendMessage", { MessageBody }));
      return sent;
    },
    bodies: async (input) => (await receive(input)).map((message) => message.Body),
    delete: async ({ ReceiptHandle }) => call("DeleteMessage", { ReceiptHandle }),
    counts: async () => {
      const { Attributes: counted } = await call("GetQueueAttributes", { AttributeNames: ["All"] });
      return [
        counted.ApproximateNumberOfMessages,
        counted.ApproximateNumberOfMessagesNotVisible,
        counted.ApproximateNumberOfMessagesDelayed,
      ].map(Number);
    },
  };
}
