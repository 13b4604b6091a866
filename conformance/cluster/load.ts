// What several nodes are given to do while nodes and the database die under
// them, and how one sees afterwards that nothing went wrong.

import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import { isLinearizable, type Operation } from "../tables/linearizable.ts";

export interface Load {
  /** Before the trouble begins. */
  prepare(): Promise<void>;
  /** Goes on until `over` says so. */
  run(over: () => boolean): Promise<void>;
  /** After the trouble: fails where something was lost, doubled or out of order. How much was done, in words. */
  verify(): Promise<string>;
}

/** A client of the next node at each call; one attempt each, so that it is known what was tried. */
export interface Clients {
  readonly dynamodb: () => DynamoDBClient;
  readonly sqs: () => SQSClient;
  readonly s3: () => S3Client;
  readonly sfn: () => SFNClient;
}

interface Node {
  readonly endpoint: string;
}

export function clientsOf(
  nodes: readonly Node[],
  credentials = { accessKeyId: "test", secretAccessKey: "test" },
): Clients & { destroy(): void } {
  const made: { destroy(): void }[] = [];
  const ofEach = <T extends { destroy(): void }>(make: (endpoint: string) => T): (() => T) => {
    const clients = nodes.map(({ endpoint }) => make(endpoint));
    made.push(...clients);
    let turn = 0;
    return () => clients[turn++ % clients.length]!;
  };
  const options = (endpoint: string) => ({ endpoint, credentials, region: "us-east-1", maxAttempts: 1 });
  return {
    dynamodb: ofEach((endpoint) => new DynamoDBClient(options(endpoint))),
    sqs: ofEach((endpoint) => new SQSClient(options(endpoint))),
    s3: ofEach((endpoint) => new S3Client({ ...options(endpoint), forcePathStyle: true })),
    sfn: ofEach((endpoint) => new SFNClient(options(endpoint))),
    destroy() {
      for (const client of made) client.destroy();
    },
  };
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Again until it comes through, at one node after the other. */
async function persist<T>(action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt === 400) throw error;
      await pause(50);
    }
  }
}

const beside = (count: number, work: (at: number) => Promise<void>): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, (_, at) => work(at)));

/** Reads and conditional writes of a few items, checked for linearizability. */
export function registers({ dynamodb }: Clients): Load {
  const keys = 10;
  const histories = Array.from({ length: keys }, (): Operation[] => []);
  let unique = 0;
  const now = (): number => performance.now();

  async function read(key: number): Promise<string | undefined> {
    const called = now();
    const command = new GetItemCommand({
      TableName: "registers",
      Key: { id: { N: `${key}` } },
      ConsistentRead: true,
    });
    const found = (await dynamodb().send(command)).Item?.["value"]?.S;
    histories[key]!.push({
      called,
      answered: now(),
      apply: (state) => (state === found ? { next: state } : undefined),
    });
    return found;
  }

  async function replace(key: number, before: string | undefined): Promise<void> {
    const value = `v${unique++}`;
    const called = now();
    const record = (apply: Operation["apply"], maybe = false): void =>
      void histories[key]!.push({ called, answered: now(), apply, maybe });
    const written: Operation["apply"] = (state) => (state === before ? { next: value } : undefined);
    try {
      await dynamodb().send(
        new PutItemCommand({
          TableName: "registers",
          Item: { id: { N: `${key}` }, value: { S: value } },
          ConditionExpression: before === undefined ? "attribute_not_exists(id)" : "#v = :before",
          ...(before === undefined
            ? {}
            : {
                ExpressionAttributeNames: { "#v": "value" },
                ExpressionAttributeValues: { ":before": { S: before } },
              }),
        }),
      );
      record(written);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) record(written, true);
      else record((state) => (state === before ? undefined : { next: state }));
    }
  }

  return {
    async prepare() {
      await dynamodb().send(
        new CreateTableCommand({
          TableName: "registers",
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
          BillingMode: "PAY_PER_REQUEST",
        }),
      );
    },
    run: (over) =>
      beside(6, async (worker) => {
        for (let round = worker; !over(); round++) {
          const key = round % keys;
          const found = await read(key).catch(() => null);
          if (found === null) await pause(20);
          else await replace(key, found);
        }
      }).then(() => undefined),
    async verify() {
      for (let key = 0; key < keys; key++) await persist(() => read(key));
      for (const history of histories) expect(isLinearizable(history)).toBe(true);
      const all = histories.flat();
      return `${all.length} reads and conditional writes, ${all.filter(({ maybe }) => maybe).length} of unknown end`;
    },
  };
}

/** Numbered messages in groups: all that were accepted arrive, in order. */
export function queues({ sqs }: Clients): Load {
  const groups = 3;
  const accepted = Array.from({ length: groups }, () => 0);
  const received = Array.from({ length: groups }, (): number[] => []);
  let url = "";

  async function receive(wait: number): Promise<void> {
    const { Messages = [] } = await sqs().send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: wait,
        MessageSystemAttributeNames: ["MessageGroupId"],
      }),
    );
    for (const { Body, Attributes, ReceiptHandle } of Messages) {
      const seen = received[Number(Attributes?.MessageGroupId)]!;
      // One that was not deleted in time comes again.
      if (!seen.includes(Number(Body))) seen.push(Number(Body));
      await sqs().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    }
  }

  return {
    async prepare() {
      const Attributes = { FifoQueue: "true", VisibilityTimeout: "2" };
      const made = await sqs().send(new CreateQueueCommand({ QueueName: "orders.fifo", Attributes }));
      url = made.QueueUrl!;
    },
    async run(over) {
      const senders = beside(groups, async (group) => {
        while (!over()) {
          const number = accepted[group]!;
          await persist(() =>
            sqs().send(
              new SendMessageCommand({
                QueueUrl: url,
                MessageBody: `${number}`,
                MessageGroupId: `${group}`,
                MessageDeduplicationId: `${group}-${number}`,
              }),
            ),
          );
          accepted[group]!++;
        }
      });
      const receiver = (async () => {
        while (!over()) await receive(1).catch(() => pause(20));
      })();
      await Promise.all([senders, receiver]);
    },
    async verify() {
      const missing = (): boolean => received.some((seen, group) => seen.length < accepted[group]!);
      for (let look = 0; look < 500 && missing(); look++) await receive(1).catch(() => pause(50));
      for (const [group, seen] of received.entries()) {
        expect(seen).toEqual(Array.from({ length: accepted[group]! }, (_, number) => number));
      }
      return `${accepted.reduce((sum, count) => sum + count, 0)} messages in order`;
    },
  };
}

/** Workflows that wait and call: each comes to its end, and none takes a step twice. */
export function workflows({ sfn }: Clients): Load {
  const started: string[] = [];
  let machine = "";
  const definition = {
    StartAt: "Rest",
    States: {
      Rest: { Type: "Wait", Seconds: 1, Next: "Write" },
      Write: {
        Type: "Task",
        Resource: "arn:aws:states:::dynamodb:updateItem",
        Parameters: {
          TableName: "registers",
          Key: { id: { N: "1000" } },
          UpdateExpression: "ADD runs :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
        },
        Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1, MaxAttempts: 20, BackoffRate: 1 }],
        Next: "End",
      },
      End: { Type: "Succeed" },
    },
  };
  return {
    async prepare() {
      const made = await sfn().send(
        new CreateStateMachineCommand({
          name: "steps",
          roleArn: "arn:aws:iam::000000000000:role/steps",
          definition: JSON.stringify(definition),
        }),
      );
      machine = made.stateMachineArn!;
    },
    async run(over) {
      for (let number = 0; !over(); number++) {
        const start = { stateMachineArn: machine, name: `run-${number}`, input: `{"number":${number}}` };
        const { executionArn } = await persist(() => sfn().send(new StartExecutionCommand(start)));
        started.push(executionArn!);
        await pause(50);
      }
    },
    async verify() {
      for (const executionArn of started) {
        let status: string | undefined = "RUNNING";
        for (let look = 0; look < 600 && status === "RUNNING"; look++) {
          status = (await persist(() => sfn().send(new DescribeExecutionCommand({ executionArn })))).status;
          if (status === "RUNNING") await pause(50);
        }
        expect(status).toBe("SUCCEEDED");
        const { events = [] } = await persist(() =>
          sfn().send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 })),
        );
        const count = (type: string): number => events.filter((event) => event.type === type).length;
        expect([count("WaitStateExited"), count("TaskSucceeded"), count("ExecutionSucceeded")]).toEqual([
          1, 1, 1,
        ]);
        expect(events.map(({ id }) => id)).toEqual(events.map((_, at) => at + 1));
      }
      return `${started.length} executions`;
    },
  };
}

/** Objects of all sizes: what was put is there, whole. */
export function objects({ s3 }: Clients): Load {
  const put: { readonly key: string; readonly size: number; readonly fill: number }[] = [];
  return {
    async prepare() {
      await s3().send(new CreateBucketCommand({ Bucket: "kept" }));
    },
    async run(over) {
      for (let number = 0; !over(); number++) {
        const object = { key: `${number}`, size: [100, 20_000, 400_000][number % 3]!, fill: number % 256 };
        const Body = new Uint8Array(object.size).fill(object.fill);
        const command = () => new PutObjectCommand({ Bucket: "kept", Key: object.key, Body });
        await s3()
          .send(command())
          .then(
            () => put.push(object),
            () => pause(20),
          );
      }
    },
    async verify() {
      for (const { key, size, fill } of put) {
        const bytes = await persist(async () => {
          const { Body } = await s3().send(new GetObjectCommand({ Bucket: "kept", Key: key }));
          return Body!.transformToByteArray();
        });
        expect(bytes.length).toBe(size);
        expect(bytes.every((byte) => byte === fill)).toBe(true);
      }
      return `${put.length} objects`;
    },
  };
}

export function allLoads(clients: Clients): readonly Load[] {
  return [registers(clients), queues(clients), workflows(clients), objects(clients)];
}
