// WebSocket as services see it: a data plane that is asked for one answers with
// what it does while the connection stands. The frames are the wire's affair.

/** The client's end of a connection that stands. */
export interface ClientSocket {
  /** `full`: the client reads too slowly, and this was not sent. */
  send(data: Uint8Array, binary: boolean): "sent" | "full" | "closed";
  /** Says why and ends the connection; `Conversation.closed` follows. */
  close(code: number, reason: string): void;
}

/** What a data plane does with a connection. The context of the request that began it outlives that request by `afterwards` alone. */
export interface Conversation {
  /** The `Sec-WebSocket-Protocol` to go on with, among those that the client offered. */
  readonly protocol?: string | undefined;
  /** The client has been told that it is connected. */
  opened(socket: ClientSocket): void;
  /** Resolves when the message has been dealt with; a client with too many under way is not read meanwhile. */
  received(data: Uint8Array, binary: boolean): Promise<void>;
  /** Once, whoever ended it: the code as the client said or echoed it, 1005 where it gave none, 1006 where it vanished. */
  closed(code: number, reason: string): Promise<void>;
}
