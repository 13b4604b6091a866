// RegisterStreamConsumer and its family.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DeregisterStreamConsumerInput,
  DescribeStreamConsumerInput,
  DescribeStreamConsumerOutput,
  ListStreamConsumersInput,
  ListStreamConsumersOutput,
  RegisterStreamConsumerInput,
  RegisterStreamConsumerOutput,
} from "../../../model/generated/kinesis.d.ts";
import { Consumer, type ConsumerState, consumersOf, openConsumer, showConsumer } from "../consumer.ts";
import { inUse, limitExceeded, refuseStreamId } from "../faults.ts";
import { settleSoon } from "../jobs.ts";
import { readToken, writeToken } from "../next-token.ts";
import { openFlowing, openStream } from "../stream.ts";
import { checkTags } from "../tag.ts";

type Nothing = Record<string, never>;

const mostConsumers = 20;

export async function registerStreamConsumer(
  input: RegisterStreamConsumerInput,
  caller: Transaction,
): Promise<RegisterStreamConsumerOutput> {
  const { ConsumerName: name } = input;
  const { stream, tx } = await openFlowing(caller, input);
  const others = await consumersOf(tx, stream);
  if (others.some((consumer) => consumer.name === name)) {
    throw inUse(`Consumer ${name} under stream ${stream.arn} already exists for account ${tx.account}.`);
  }
  if (others.length >= mostConsumers) {
    throw limitExceeded(
      `Stream ${stream.name} under account ${tx.account} has reached the limit of ${mostConsumers} registered consumers.`,
    );
  }
  const consumer: ConsumerState = {
    streamName: stream.name,
    streamId: stream.id,
    name,
    arn: `${stream.arn}/consumer/${name}:${Math.floor(tx.now / 1000)}`,
    status: "CREATING",
    createdAt: tx.now,
    tags: checkTags(input.Tags ?? {}, {}),
  };
  tx.put(Consumer, consumer);
  settleSoon(tx, stream);
  return { Consumer: showConsumer(consumer) };
}

export async function deregisterStreamConsumer(
  input: DeregisterStreamConsumerInput,
  caller: Transaction,
): Promise<Nothing> {
  refuseStreamId(input);
  const { consumer, stream, tx } = await openConsumer(caller, input);
  tx.put(Consumer, { ...consumer, status: "DELETING" });
  settleSoon(tx, stream);
  return {};
}

export async function describeStreamConsumer(
  input: DescribeStreamConsumerInput,
  caller: Transaction,
): Promise<DescribeStreamConsumerOutput> {
  refuseStreamId(input);
  const { consumer, stream } = await openConsumer(caller, input);
  return { ConsumerDescription: { ...showConsumer(consumer), StreamARN: stream.arn } };
}

export async function listStreamConsumers(
  input: ListStreamConsumersInput,
  caller: Transaction,
): Promise<ListStreamConsumersOutput> {
  const { stream, tx } = await openStream(caller, input);
  const { NextToken, MaxResults = 100 } = input;
  const after = NextToken === undefined ? "" : readToken<{ name: string }>(NextToken, tx.now).name;
  const rest = (await consumersOf(tx, stream)).filter(({ name }) => name > after);
  const consumers = rest.slice(0, MaxResults);
  const last = consumers.at(-1);
  const more = rest.length > consumers.length && last !== undefined;
  return {
    Consumers: consumers.map(showConsumer),
    ...(more && { NextToken: writeToken({ name: last.name }, tx.now) }),
  };
}
