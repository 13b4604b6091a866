// What the tests of Pipes share: a cloud with queues, and ways to fill and read them.

import dynamodb from "../../dynamodb/index.ts";
import dynamodbstreams from "../../dynamodbstreams/index.ts";
import kinesis from "../../kinesis/index.ts";
import type { FakeFunction } from "../../lambda/testing/fake-function-host.ts";
import { type LambdaCloud, lambdaCloud } from "../../lambda/testing/fixtures.ts";
import logs from "../../logs/index.ts";
import sqs from "../../sqs/index.ts";
import stepfunctions from "../../stepfunctions/index.ts";
import pipes from "../index.ts";

export const RoleArn = "arn:aws:iam::000000000000:role/pipe";
export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:us-east-1:000000000000:${resource}`;
export const queueArn = (name: string): string => arn("sqs", name);

export interface PipesCloud extends LambdaCloud {
  queue(name: string, Attributes?: object): Promise<void>;
  /** Creates the pipe `p` from the queue `in` to the queue `out`, unless told otherwise, and lets it run. */
  pipe(input?: object): Promise<void>;
  send(name: string, body: string, more?: object): Promise<string>;
  /** Takes all messages that a queue shows. */
  bodies(name: string): Promise<readonly string[]>;
}

export async function pipesCloud(
  functions: Readonly<Record<string, FakeFunction>> = {},
): Promise<PipesCloud> {
  const services = [pipes, sqs, kinesis, logs, stepfunctions, dynamodb, dynamodbstreams];
  const cloud = await lambdaCloud(functions, services);
  const QueueUrl = (name: string): string => `http://localhost:4566/000000000000/${name}`;
  return {
    ...cloud,
    queue: async (QueueName, Attributes = {}) => {
      await cloud.call("sqs", "CreateQueue", { QueueName, Attributes });
    },
    pipe: async (input = {}) => {
      await cloud.call("pipes", "CreatePipe", {
        Name: "p",
        RoleArn,
        Source: queueArn("in"),
        Target: queueArn("out"),
        ...input,
      });
      await cloud.settle();
    },
    send: async (name, MessageBody, more = {}) => {
      const answer = await cloud.call("sqs", "SendMessage", {
        QueueUrl: QueueUrl(name),
        MessageBody,
        ...more,
      });
      return answer.MessageId;
    },
    bodies: async (name) => {
      const found: string[] = [];
      for (;;) {
        const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", {
          QueueUrl: QueueUrl(name),
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 3600,
        });
        if (Messages.length === 0) return found;
        found.push(...Messages.map(({ Body }: { readonly Body: string }) => Body));
      }
    },
  };
}
