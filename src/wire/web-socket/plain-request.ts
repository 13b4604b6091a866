// Gives a request that asked for an upgrade which it does not get back to the
// server, without the asking: a server may ignore it (RFC 9110, 7.8), and
// clients that offer HTTP/2 this way count on that.

import type { IncomingMessage } from "node:http";

/** The request's bytes as they are without the headers that ask. */
export function plainRequest(incoming: IncomingMessage, rest: Buffer): Buffer {
  const lines = [`${incoming.method} ${incoming.url} HTTP/${incoming.httpVersion}`];
  const { rawHeaders } = incoming;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    const value = rawHeaders[at + 1]!;
    const lower = name.toLowerCase();
    if (lower === "upgrade" || lower === "http2-settings") continue;
    if (lower !== "connection") lines.push(`${name}: ${value}`);
    else {
      const kept = value.split(",").filter((token) => !asking.has(token.trim().toLowerCase()));
      if (kept.length > 0) lines.push(`${name}: ${kept.join(",").trim()}`);
    }
  }
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), rest]);
}

const asking: ReadonlySet<string> = new Set(["upgrade", "http2-settings"]);
