// Connections whose process died: nobody told their routes that they ended. A
// process that takes its first connection looks for them, and so does whoever
// meets one.

import { defineJob } from "../../../core/job.ts";
import { ConnectionRecord, type ConnectionState } from "../../../gateway/connections/connection.ts";
import { disconnected } from "./conversation.ts";

const lookedAtOnce = 500;
const vanished = 1006;

export const sweepConnections = defineJob<object>({
  name: "apigatewayv2.sweepConnections",
  run: {
    waits: async (_payload, ctx) => {
      const lives = new Map<string, boolean>();
      let cursor: string | undefined;
      do {
        const page = await ctx.atomically((tx) => tx.list(ConnectionRecord, { limit: lookedAtOnce, cursor }));
        for (const connection of page.values) {
          const { node } = connection;
          if (!lives.has(node)) lives.set(node, await ctx.node.lives(node));
          if (lives.get(node) === false) await ended(connection);
        }
        cursor = page.cursor;
      } while (cursor !== undefined && !ctx.signal.aborted);

      async function ended(connection: ConnectionState): Promise<void> {
        await disconnected(ctx.at(connection), connection, vanished, "");
      }
    },
  },
});
