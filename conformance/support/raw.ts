// A connection that speaks bytes, for what no HTTP client would send.

import { connect } from "node:net";

/** Enough for any answer; what is not answered by then will not be. */
const patience = 10_000;

export interface Exchanged {
  /** All that came, as latin1. */
  readonly text: string;
  /** Whether the server ended the connection. */
  readonly closed: boolean;
}

export interface RawOptions {
  /** The client ends its half once all is sent. */
  readonly hangUp?: boolean;
  /** Resolves as soon as this came; otherwise at the connection's end. */
  readonly until?: RegExp;
  readonly patience?: number;
}

export function exchange(port: number, bytes: string | Buffer, options: RawOptions = {}): Promise<Exchanged> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    let text = "";
    const finish = (closed: boolean): void => {
      clearTimeout(late);
      socket.destroy();
      resolve({ text, closed });
    };
    const late = setTimeout(() => finish(false), options.patience ?? patience);
    socket.on("data", (data) => {
      text += data.toString("latin1");
      if (options.until?.test(text)) finish(false);
    });
    socket.on("end", () => finish(true));
    socket.on("error", () => finish(true));
    socket.on("close", () => finish(true));
    const data = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
    socket.write(data, () => {
      if (options.hangUp === true) socket.end();
    });
  });
}

/** A request of lines and a body, with its length unless the lines give one. */
export function request(lines: readonly string[], body: string | Buffer = ""): Buffer {
  const data = typeof body === "string" ? Buffer.from(body) : body;
  const measured = lines.some((line) => /^(content-length|transfer-encoding)\s*:/i.test(line));
  const all = measured ? lines : [...lines, `Content-Length: ${data.length}`];
  return Buffer.concat([Buffer.from(`${all.join("\r\n")}\r\n\r\n`, "latin1"), data]);
}
