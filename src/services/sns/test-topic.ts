// What tests of topics say again and again, said once.

import { onTestFinished } from "vitest";
import type { WebRequest } from "../../core/ports/web.ts";
import logs from "../logs/index.ts";
import sqs from "../sqs/index.ts";
import { type Caller, type TestCloud, type TestCloudOptions, testCloud } from "../test-cloud.ts";
import sns from "./index.ts";

/** A cloud with SNS, SQS and Logs, gone when the test ends. */
export async function snsCloud(options: TestCloudOptions = {}): Promise<TestCloud> {
  const cloud = await testCloud([sns, sqs, logs], options);
  onTestFinished(async () => {
    await cloud.stop();
    const accidents = cloud.log.filter((entry) => entry.level === "error");
    if (accidents.length > 0) throw new Error(JSON.stringify(accidents));
  });
  return cloud;
}

export interface Posted {
  readonly request: WebRequest;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read envelopes freely.
  readonly envelope: any;
}

/** An outside world that keeps what is posted to it, and answers with the next status, or 200. */
export function outside(...statuses: readonly number[]) {
  const posts: Posted[] = [];
  const answers = [...statuses];
  return {
    posts,
    web: async (request: WebRequest) => {
      const body = String(request.body);
      posts.push({ request, headers: request.headers ?? {}, body, envelope: parsed(body) });
      return { status: answers.shift() ?? 200, headers: {}, body: new Uint8Array(0) };
    },
  };
}

export function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function topic(
  cloud: Caller,
  name = "t",
  Attributes: Readonly<Record<string, string>> = {},
): Promise<string> {
  return (await cloud.call("sns", "CreateTopic", { Name: name, Attributes })).TopicArn;
}

export interface Heard {
  readonly arn: string;
  readonly subscription: string;
  // biome-ignore lint/suspicious/noExplicitAny: as `Caller.call`.
  messages(): Promise<readonly any[]>;
  /** The bodies, or what their envelopes carry. */
  texts(): Promise<readonly string[]>;
}

/** A queue that is subscribed to the topic. */
export async function heard(
  cloud: TestCloud,
  TopicArn: string,
  name: string,
  Attributes: Readonly<Record<string, string>> = {},
  queueAttributes: Readonly<Record<string, string>> = {},
): Promise<Heard> {
  const { QueueUrl } = await cloud.call("sqs", "CreateQueue", {
    QueueName: name,
    Attributes: queueAttributes,
  });
  const arn = `arn:aws:sqs:us-east-1:000000000000:${name}`;
  const { SubscriptionArn: subscription } = await cloud.call("sns", "Subscribe", {
    TopicArn,
    Protocol: "sqs",
    Endpoint: arn,
    Attributes,
  });
  const messages = async () => {
    await cloud.settle();
    const all = [];
    for (;;) {
      const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", {
        QueueUrl,
        MaxNumberOfMessages: 10,
        AttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      });
      if (Messages.length === 0) return all;
      all.push(...Messages);
      for (const { ReceiptHandle } of Messages) {
        await cloud.call("sqs", "DeleteMessage", { QueueUrl, ReceiptHandle });
      }
    }
  };
  return {
    arn,
    subscription,
    messages,
    texts: async () => (await messages()).map(({ Body }) => parsed(Body)?.Message ?? Body),
  };
}
