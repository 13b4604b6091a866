// An open connection: takes its messages to their routes, and ends it after ten
// idle minutes or two hours, as API Gateway does.

import type { Waiting } from "../../../core/waiting.ts";
import type { ClientSocket, Conversation } from "../../../core/web-socket.ts";
import { commandTopic, obey } from "../../../gateway/connections/command.ts";
import {
  ConnectionRecord,
  type ConnectionState,
  newConnectionId,
} from "../../../gateway/connections/connection.ts";
import { type OpenConnection, openConnections } from "../../../gateway/connections/open-connections.ts";
import { findServed, type Served } from "../records/serving.ts";
import { logOutcome } from "./access-log.ts";
import { type Exchange, type Happening, newExchange } from "./exchange.ts";
import { Failure, failureMessage, forbidden, internalError } from "./failure.ts";
import { integrate } from "./integrations/integrate.ts";
import { messageBack } from "./respond.ts";
import { routeOfKey, routeOfMessage } from "./routes.ts";
import { throttle } from "./throttle.ts";
import { validate } from "./validate.ts";

const idleMilliseconds = 10 * 60_000;
const lifeMilliseconds = 2 * 60 * 60_000;

const goingAway = 1001;
const unsupportedData = 1003;

/** `ctx` is that of the request that connected, under the API's account and region. */
export function conversation(
  ctx: Waiting,
  state: ConnectionState,
  protocol: string | undefined,
): Conversation {
  const over = new AbortController();
  let open: OpenConnection | undefined;
  return {
    protocol,
    opened: (socket) => {
      open = { state, socket, lastActiveAt: state.connectedAt };
      const connection = open;
      openConnections(ctx.node).set(state.connectionId, connection);
      ctx.afterwards((alive) => live(alive, connection, over.signal));
    },
    received: (data, binary) => {
      if (open === undefined) return Promise.resolve();
      const { socket } = open;
      if (binary) {
        socket.close(unsupportedData, "");
        return Promise.resolve();
      }
      open.lastActiveAt = ctx.now();
      return work(ctx, (working) => message(working, state, socket, Buffer.from(data).toString()));
    },
    closed: (code, reason) => {
      over.abort();
      openConnections(ctx.node).delete(state.connectionId);
      return work(ctx, (working) => disconnected(working, state, code, reason));
    },
  };
}

/** Resolves when `body` has ended, whatever came of it. */
function work(ctx: Waiting, body: (ctx: Waiting) => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    ctx.afterwards((working) => body(working).finally(resolve));
  });
}

async function live(ctx: Waiting, connection: OpenConnection, over: AbortSignal): Promise<void> {
  const { connectionId, connectedAt } = connection.state;
  await ctx.beside(async (alive) => {
    const ends = (): number =>
      Math.min(connection.lastActiveAt + idleMilliseconds, connectedAt + lifeMilliseconds);
    while (!alive.signal.aborted && alive.now() < ends()) {
      await alive.waitFor<never>(commandTopic(connectionId), ends(), async () => {
        await obey(alive, connection);
        return { retryAt: ends() };
      });
    }
    if (!alive.signal.aborted) connection.socket.close(goingAway, "Going away");
  }, over);
}

async function message(
  ctx: Waiting,
  state: ConnectionState,
  socket: ClientSocket,
  body: string,
): Promise<void> {
  const served = await serving(ctx, state);
  if (served === undefined) {
    // The API or its stage is gone.
    socket.close(goingAway, "Going away");
    return;
  }
  const route = routeOfMessage(served.snapshot, body);
  const messageId = newConnectionId((count) => ctx.ids.bytes(count));
  const exchange = begin(ctx, state, served, route?.route.RouteKey ?? "$default", {
    type: "MESSAGE",
    body,
    messageId,
  });
  try {
    if (route === undefined) throw forbidden();
    throttle(ctx, exchange);
    await validate(served.snapshot, route.route, body);
    if (route.integration === undefined) throw internalError();
    const answer = await integrate(ctx, exchange, route.integration);
    const back = messageBack(exchange, route, answer);
    if (back !== undefined) socket.send(back, false);
    logOutcome(ctx, exchange, { status: 200, integrationStatus: answer.status });
  } catch (error) {
    const failure = error instanceof Failure ? error : internalError();
    socket.send(Buffer.from(failureMessage(exchange, failure)), false);
    logOutcome(ctx, exchange, { status: failure.status, failure });
    if (failure !== error) throw error;
  }
}

/** Whatever comes of it: nobody is there to hear of it. */
export async function disconnected(
  ctx: Waiting,
  state: ConnectionState,
  code: number,
  reason: string,
): Promise<void> {
  await ctx.atomically(async (tx) => tx.delete(ConnectionRecord, state.connectionId));
  const served = await serving(ctx, state);
  const route = served && routeOfKey(served.snapshot, "$disconnect");
  if (served === undefined || route?.integration === undefined) return;
  const happening: Happening = {
    type: "DISCONNECT",
    code,
    reason: reason === "" ? (reasons[code] ?? "") : reason,
  };
  const exchange = begin(ctx, state, served, "$disconnect", happening);
  try {
    const { status } = await integrate(ctx, exchange, route.integration);
    logOutcome(ctx, exchange, { status: 200, integrationStatus: status });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    logOutcome(ctx, exchange, { status: error.status, failure: error });
  }
}

const reasons: Readonly<Record<number, string>> = {
  1001: "Going away",
  1005: "Client-side close frame status not set",
};

function begin(
  ctx: Waiting,
  connection: ConnectionState,
  served: Served,
  routeKey: string,
  happening: Happening,
): Exchange {
  return newExchange({ connection, served, routeKey, happening }, ctx.ids, ctx.now());
}

function serving(
  ctx: Waiting,
  { apiId, account, region, stage }: ConnectionState,
): Promise<Served | undefined> {
  const home = { apiId, account, region };
  return ctx.atomically((tx) => findServed(tx, home, [stage]));
}
