// The connections that this process holds. They are lost with it; nothing is
// shared between clouds, since each has its own node.

import type { ThisNode } from "../../core/node-presence.ts";
import type { ClientSocket } from "../../core/web-socket.ts";
import type { ConnectionState } from "./connection.ts";

export interface OpenConnection {
  readonly state: ConnectionState;
  readonly socket: ClientSocket;
  /** When a message last went either way; epoch milliseconds. */
  lastActiveAt: number;
}

const ofNodes = new WeakMap<ThisNode, Map<string, OpenConnection>>();

export function openConnections(node: ThisNode): Map<string, OpenConnection> {
  let open = ofNodes.get(node);
  if (open === undefined) {
    open = new Map();
    ofNodes.set(node, open);
  }
  return open;
}
