// A front over a dispatcher that records calls and answers what the test says;
// for the tests of this folder.

import { connect, type Socket } from "node:net";
import type { Call } from "../core/call.ts";
import { ControllableClock } from "../core/clock.ts";
import type { Credential } from "../core/credential.ts";
import { type Front, type FrontOptions, startFront } from "./front.ts";

export const knownKey: Credential = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  status: "Active",
  principal: {
    type: "user",
    account: "111122223333",
    arn: "arn:aws:iam::111122223333:user/ann",
    userId: "AIDAEXAMPLE",
  },
};

export interface RecordingFront {
  readonly front: Front;
  readonly endpoint: string;
  readonly calls: Call[];
  readonly logged: object[];
  /** What the next calls answer; may reject. */
  reply: (call: Call) => Promise<object> | object;
}

export async function startRecordingFront(options: Partial<FrontOptions> = {}): Promise<RecordingFront> {
  const calls: Call[] = [];
  const logged: object[] = [];
  let ids = 0;
  const recording = {
    calls,
    logged,
    reply: (() => ({})) as RecordingFront["reply"],
  };
  const front = await startFront({
    host: "127.0.0.1",
    port: 0,
    dispatcher: {
      dispatch: async (call) => {
        calls.push(call);
        return recording.reply(call);
      },
    },
    findCredential: (id) => (id === knownKey.accessKeyId ? knownKey : undefined),
    trustUnknownKeys: true,
    clock: new ControllableClock(),
    newRequestId: () => `request-${++ids}`,
    endpoints: [],
    control: async () => undefined,
    allowedOrigins: [],
    servedHosts: [],
    log: (entry) => logged.push(entry),
    ...options,
  });
  return Object.assign(recording, { front, endpoint: `http://127.0.0.1:${front.port}` });
}

/** A connection that speaks bytes, for what no HTTP client would send. */
export class RawConnection {
  readonly socket: Socket;
  #text = "";
  #ended = false;
  readonly #waiting: (() => void)[] = [];

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.setNoDelay(true);
    this.socket.on("data", (data) => {
      this.#text += data.toString("latin1");
      this.#wake();
    });
    for (const event of ["end", "close", "error"]) {
      this.socket.on(event, () => {
        this.#ended = true;
        this.#wake();
      });
    }
  }

  send(text: string): void {
    this.socket.write(text, "latin1");
  }

  /** Resolves with all that was received once it contains `text`, or fails at the end of the connection. */
  async until(text: string): Promise<string> {
    while (!this.#text.includes(text)) {
      if (this.#ended) throw new Error(`The connection ended with: ${this.#text}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#text;
  }

  /** Resolves with all that was received when the server has ended the connection. */
  async end(): Promise<string> {
    while (!this.#ended) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#text;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
