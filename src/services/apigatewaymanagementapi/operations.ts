// What a backend may do with a client's open connection: send to it, look at
// it, end it.

import { fault } from "../../core/fault.ts";
import type { Waiting } from "../../core/waiting.ts";
import { ask, type Command, findConnection, type Outcome } from "../../gateway/connections/command.ts";
import { type ConnectionState, isConnectionId } from "../../gateway/connections/connection.ts";
import type { Apigatewaymanagementapi } from "../../model/generated/apigatewaymanagementapi.d.ts";
import { apigatewaymanagementapi, badRequest } from "./model.ts";

type Operations = Apigatewaymanagementapi["operations"];
type Input<O extends keyof Operations> = Operations[O]["input"];

export async function postToConnection(
  { ConnectionId, Data }: Input<"PostToConnection">,
  ctx: Waiting,
): Promise<Record<string, never>> {
  await command(ctx, ConnectionId, { kind: "send", data: Data });
  return {};
}

export async function getConnection(
  { ConnectionId }: Input<"GetConnection">,
  ctx: Waiting,
): Promise<Operations["GetConnection"]["output"]> {
  const { connection, lastActiveAt } = await command(ctx, ConnectionId, { kind: "describe" });
  return {
    ConnectedAt: connection.connectedAt,
    Identity: { SourceIp: connection.sourceIp, UserAgent: connection.userAgent },
    LastActiveAt: lastActiveAt,
  };
}

export async function deleteConnection(
  { ConnectionId }: Input<"DeleteConnection">,
  ctx: Waiting,
): Promise<Record<string, never>> {
  await command(ctx, ConnectionId, { kind: "close" });
  return {};
}

interface Done {
  readonly connection: ConnectionState;
  readonly lastActiveAt: number;
}

async function command(ctx: Waiting, connectionId: string, what: Command): Promise<Done> {
  if (!isConnectionId(connectionId)) throw badRequest(`Invalid connectionId: ${connectionId}`);
  const connection = await findConnection(ctx, connectionId);
  if (connection === undefined) throw gone();
  if (connection.account !== ctx.account || connection.region !== ctx.region) {
    throw fault(apigatewaymanagementapi, "ForbiddenException", "Forbidden");
  }
  const outcome: Outcome = await ask(ctx, connection, what);
  if (outcome.kind === "gone") throw gone();
  if (outcome.kind === "full") {
    throw fault(apigatewaymanagementapi, "LimitExceededException", "The client's buffer is full.");
  }
  return { connection, lastActiveAt: outcome.lastActiveAt };
}

/** AWS sends no message with it. */
function gone(): Error {
  return fault(apigatewaymanagementapi, "GoneException", "");
}
