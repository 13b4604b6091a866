// What may be asked of an open connection from anywhere: it happens in the
// process that holds it. Another process leaves the command in the store, where
// the holder, who watches it, takes it and leaves its answer.

import { isUtf8 } from "node:buffer";
import { defineResource } from "../../core/resource.ts";
import type { Waiting } from "../../core/waiting.ts";
import { ConnectionRecord, type ConnectionState } from "./connection.ts";
import { type OpenConnection, openConnections } from "./open-connections.ts";

export type Command =
  | { readonly kind: "send"; readonly data: Uint8Array }
  | { readonly kind: "close" }
  | { readonly kind: "describe" };

export type Outcome =
  | { readonly kind: "done"; readonly lastActiveAt: number }
  /** Its client reads too slowly. */
  | { readonly kind: "full" }
  | { readonly kind: "gone" };

interface Asked {
  readonly connectionId: string;
  readonly at: number;
  readonly order: number;
  readonly id: string;
  readonly command: Command;
}

const CommandRecord = defineResource<Asked>()({
  service: "apigatewaymanagementapi",
  type: "command",
  scope: "global",
  key: ({ connectionId, at, order, id }) => [connectionId, at, order, id],
  binary: true,
});

interface Answer {
  readonly id: string;
  readonly outcome: Outcome;
}

const AnswerRecord = defineResource<Answer>()({
  service: "apigatewaymanagementapi",
  type: "answer",
  scope: "global",
  key: ({ id }) => [id],
});

const gone: Outcome = { kind: "gone" };
/** The longest that a request to API Gateway takes. */
const patienceMilliseconds = 29_000;
/** Between two looks whether the process that holds the connection is still there. */
const lookMilliseconds = 1000;
const commandsAtOnce = 32;

export const commandTopic = (connectionId: string): string =>
  `apigatewaymanagementapi.connection.${connectionId}`;
const answerTopic = (id: string): string => `apigatewaymanagementapi.answer.${id}`;

export async function findConnection(
  ctx: Waiting,
  connectionId: string,
): Promise<ConnectionState | undefined> {
  const here = openConnections(ctx.node).get(connectionId);
  return here === undefined ? ctx.atomically((tx) => tx.get(ConnectionRecord, connectionId)) : here.state;
}

export async function ask(ctx: Waiting, connection: ConnectionState, command: Command): Promise<Outcome> {
  const { connectionId, node } = connection;
  const here = openConnections(ctx.node).get(connectionId);
  if (here !== undefined) return perform(here, command, ctx.now());
  if (node === ctx.node.id || !(await ctx.node.lives(node))) return gone;
  const asked = await ctx.atomically(async (tx) => {
    const record = { connectionId, at: tx.now, order: tx.nextOrder(), id: tx.ids.uuid(), command };
    tx.put(CommandRecord, record);
    tx.notify(commandTopic(connectionId));
    return record;
  });
  const answer = await ctx.waitFor(answerTopic(asked.id), ctx.now() + patienceMilliseconds, async () => {
    const found = await ctx.atomically(async (tx) => {
      const stored = await tx.get(AnswerRecord, asked.id);
      if (stored !== undefined) tx.delete(AnswerRecord, asked.id);
      return stored;
    });
    if (found !== undefined) return { done: found.outcome };
    return (await ctx.node.lives(node)) ? { retryAt: ctx.now() + lookMilliseconds } : { done: gone };
  });
  if (answer !== undefined && answer.kind !== "gone") return answer;
  await ctx.atomically(async (tx) => {
    tx.delete(CommandRecord, connectionId, asked.at, asked.order, asked.id);
    tx.delete(AnswerRecord, asked.id);
  });
  return gone;
}

/** Performs what other processes have left for a connection that this one holds. */
export async function obey(ctx: Waiting, connection: OpenConnection): Promise<void> {
  const { connectionId } = connection.state;
  for (;;) {
    const asked = await ctx.atomically(async (tx) => {
      const { values } = await tx.list(CommandRecord, { prefix: [connectionId], limit: commandsAtOnce });
      for (const { at, order, id } of values) tx.delete(CommandRecord, connectionId, at, order, id);
      return values;
    });
    if (asked.length === 0) return;
    // Taken is taken: a command is performed once or, where this process dies, never.
    const answers = asked.map(({ id, command }) => ({
      id,
      outcome: perform(connection, command, ctx.now()),
    }));
    await ctx.atomically(async (tx) => {
      for (const answer of answers) {
        tx.put(AnswerRecord, answer);
        tx.notify(answerTopic(answer.id));
      }
    });
  }
}

function perform(connection: OpenConnection, command: Command, now: number): Outcome {
  const { socket, lastActiveAt } = connection;
  if (command.kind === "describe") return { kind: "done", lastActiveAt };
  if (command.kind === "close") {
    socket.close(1000, "Connection Closed Normally");
    return { kind: "done", lastActiveAt };
  }
  // What is not UTF-8 cannot go as a text.
  const sent = socket.send(command.data, !isUtf8(command.data));
  if (sent === "full") return { kind: "full" };
  if (sent === "closed") return gone;
  connection.lastActiveAt = now;
  return { kind: "done", lastActiveAt: now };
}
