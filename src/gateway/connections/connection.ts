// A client's open WebSocket, as the store knows it: whose API it belongs to,
// and in which process it lives. The record is there as long as the connection
// is, or until somebody notices that its process died.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";

export interface ConnectionState extends Place {
  readonly connectionId: string;
  readonly apiId: string;
  readonly stage: string;
  /** The process that holds it. */
  readonly node: string;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** What functions are told of where the API is reached. */
  readonly domainName: string;
  /** What the authorizer of `$connect` said. */
  readonly authorizer?: Readonly<Record<string, unknown>>;
}

export const ConnectionRecord = defineResource<ConnectionState>()({
  service: "apigatewaymanagementapi",
  type: "connection",
  scope: "global",
  key: (connection) => [connection.connectionId],
});

/** As AWS makes ids of connections, messages and their requests: `L0SM9cOFvHcCIhw=`. */
export function newConnectionId(bytes: (count: number) => Uint8Array): string {
  return `${Buffer.from(bytes(11)).toString("base64url")}=`;
}

export function isConnectionId(text: string): boolean {
  return /^[\w-]{15}=$/.test(text);
}
