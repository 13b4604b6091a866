// One WebSocket that stands: brings its messages to the conversation, within
// limits, and the conversation's to the client.

import type { WebSocket } from "ws";
import type { ClientSocket, Conversation } from "../../core/web-socket.ts";
import type { FrontLimits } from "../limits.ts";

/** What a text message must not be cut in: closing reasons hold 123 bytes. */
const mostReasonBytes = 123;

export class AcceptedSocket implements ClientSocket {
  /** Resolves when the connection is over and all that was under way with it. */
  readonly over: Promise<void>;
  readonly #socket: WebSocket;
  readonly #conversation: Conversation;
  readonly #limits: FrontLimits;
  readonly #accident: (error: unknown) => void;
  readonly #underWay = new Set<Promise<void>>();
  /** Received, and not begun. */
  readonly #ahead: [Uint8Array, boolean][] = [];

  constructor(
    socket: WebSocket,
    conversation: Conversation,
    limits: FrontLimits,
    accident: (error: unknown) => void,
  ) {
    this.#socket = socket;
    this.#conversation = conversation;
    this.#limits = limits;
    this.#accident = accident;
    socket.on("message", (data: Buffer, binary: boolean) => this.#receive(data, binary));
    // What is wrong with the protocol ends the connection with the code that says so.
    socket.on("error", () => undefined);
    this.over = new Promise((resolve) => {
      socket.once("close", (code: number, reason: Buffer) => {
        this.#track(conversation.closed(code, reason.toString()));
        void this.#rest().then(resolve);
      });
    });
    conversation.opened(this);
  }

  send(data: Uint8Array, binary: boolean): "sent" | "full" | "closed" {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return "closed";
    // An empty buffer takes any message.
    if (socket.bufferedAmount > 0 && socket.bufferedAmount + data.length > this.#limits.socketBufferBytes) {
      return "full";
    }
    socket.send(data, { binary });
    return "sent";
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, Buffer.byteLength(reason) > mostReasonBytes ? "" : reason);
  }

  /** Without waiting for the client. */
  cut(): void {
    this.#socket.terminate();
  }

  #receive(data: Buffer, binary: boolean): void {
    // What was read together with something that ended the connection.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#ahead.push([data, binary]);
    this.#next();
    // What was read already may hold many more; it is kept, and no more is read.
    if (this.#ahead.length > 0) this.#socket.pause();
  }

  #next(): void {
    while (this.#underWay.size < this.#limits.socketMessages) {
      const message = this.#ahead.shift();
      if (message === undefined) {
        if (this.#socket.isPaused) this.#socket.resume();
        return;
      }
      this.#track(this.#conversation.received(...message));
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work.catch(this.#accident).finally(() => {
      this.#underWay.delete(tracked);
      this.#next();
    });
    this.#underWay.add(tracked);
  }

  async #rest(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}
