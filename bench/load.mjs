// The load generator: raw keep-alive sockets that write signed requests made
// by a callback and count the answers. It spends as little as it can, so that
// the server is what is measured.

import { createHash, createHmac } from "node:crypto";
import { connect } from "node:net";

export const credential = {
  accessKeyId: "AKIABENCHBENCHBENCH1",
  secretAccessKey: "bench-secret-bench-secret-bench-secret",
};

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

const signingKeys = new Map();

function signingKey(day, service) {
  const name = `${day}/${service}`;
  let key = signingKeys.get(name);
  if (key === undefined) {
    key = ["us-east-1", service, "aws4_request"].reduce(hmac, hmac(`AWS4${credential.secretAccessKey}`, day));
    signingKeys.set(name, key);
  }
  return key;
}

/** The bytes of a signed request. `query`: sorted and encoded; `signedPath` where encoding the path changes it. */
export function signed({
  port,
  service,
  target,
  body,
  method = "POST",
  path = "/",
  signedPath = path,
  query = "",
  contentType = "application/x-amz-json-1.0",
  headers: extra = {},
}) {
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = date.slice(0, 8);
  const hash = sha256(body);
  const headers = {
    ...(contentType === undefined ? {} : { "content-type": contentType }),
    host: `localhost:${port}`,
    "x-amz-content-sha256": hash,
    "x-amz-date": date,
    ...(target === undefined ? {} : { "x-amz-target": target }),
    ...extra,
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    method,
    signedPath,
    query,
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    hash,
  ].join("\n");
  const scope = `${day}/us-east-1/${service}/aws4_request`;
  const signature = hmac(
    signingKey(day, service),
    ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n"),
  ).toString("hex");
  const lines = names.map((name) => `${name}: ${headers[name]}\r\n`).join("");
  return Buffer.from(
    `${method} ${path}${query === "" ? "" : `?${query}`} HTTP/1.1\r\n${lines}content-length: ${Buffer.byteLength(body)}\r\n` +
      `authorization: AWS4-HMAC-SHA256 Credential=${credential.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}\r\n\r\n${body}`,
  );
}

/** One answer out of a buffer, or undefined while it is not whole: `{ status, body, length, close }`. */
function parse(buffer) {
  const end = buffer.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = buffer.latin1Slice(0, end).toLowerCase();
  const status = Number(head.slice(9, 12));
  const close =
    head.includes("\r\nconnection: close") || (head.startsWith("http/1.0") && !head.includes("keep-alive"));
  const found = head.indexOf("\r\ncontent-length:");
  if (found >= 0) {
    const size = Number.parseInt(head.slice(found + 17), 10);
    const length = end + 4 + size;
    return buffer.length < length
      ? undefined
      : { status, body: buffer.subarray(end + 4, length), length, close };
  }
  if (head.includes("transfer-encoding: chunked")) {
    const parts = [];
    let at = end + 4;
    for (;;) {
      const line = buffer.indexOf("\r\n", at);
      if (line < 0) return undefined;
      const size = Number.parseInt(buffer.latin1Slice(at, line), 16);
      if (buffer.length < line + 2 + size + 2) return undefined;
      parts.push(buffer.subarray(line + 2, line + 2 + size));
      at = line + 2 + size + 2;
      if (size === 0) return { status, body: Buffer.concat(parts), length: at, close };
    }
  }
  return { status, body: buffer.subarray(buffer.length), length: end + 4, close };
}

/**
 * Runs `connections` loops for `seconds` (or until `next` returns undefined).
 * `next(last, connection)` gives the next request from the last answer.
 */
export async function load({ port, connections = 16, seconds = 3, warmup = 0.5, next }) {
  const times = [];
  let done = 0;
  let errors = 0;
  let sample;
  const begin = performance.now();
  const countFrom = begin + warmup * 1000;
  const end = countFrom + seconds * 1000;
  const loop = (connection) =>
    new Promise((resolve) => {
      let socket;
      let buffer = Buffer.alloc(0);
      let last;
      let sent = 0;
      const send = () => {
        const request = performance.now() < end ? next(last, connection) : undefined;
        if (request === undefined) {
          socket.destroy();
          resolve();
          return;
        }
        sent = performance.now();
        socket.write(request);
      };
      const open = () => {
        buffer = Buffer.alloc(0);
        socket = connect({ port, host: "127.0.0.1", noDelay: true }, send);
        socket.on("data", (chunk) => {
          buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
          const answer = parse(buffer);
          if (answer === undefined) return;
          const now = performance.now();
          if (answer.status >= 300) {
            errors++;
            sample ??= `${answer.status} ${answer.body.toString().slice(0, 300)}`;
          } else if (now >= countFrom) {
            done++;
            times.push(now - sent);
          }
          last = answer;
          buffer = buffer.subarray(answer.length);
          if (answer.close) {
            socket.destroy();
            open();
          } else send();
        });
        socket.on("error", () => {
          errors++;
          if (performance.now() < end) setTimeout(open, 10);
          else resolve();
        });
      };
      open();
    });
  await Promise.all(Array.from({ length: connections }, (_, at) => loop(at)));
  times.sort((a, b) => a - b);
  const elapsed = (Math.min(performance.now(), end) - countFrom) / 1000;
  return {
    perSecond: done / elapsed,
    p50: times[Math.floor(times.length / 2)] ?? Number.NaN,
    p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    done,
    errors,
    sample,
  };
}

/** One request, its parsed answer. */
export async function once(request) {
  let answer;
  const port = Number(/host: localhost:(\d+)/.exec(request.toString("latin1", 0, 1000))[1]);
  let sent = false;
  await load({
    port,
    connections: 1,
    seconds: 120,
    warmup: 0,
    next: (last) => {
      if (sent) {
        answer = last;
        return undefined;
      }
      sent = true;
      return request;
    },
  });
  const text = answer.body.toString();
  if (answer.status >= 300) throw new Error(`${answer.status} ${text.slice(0, 500)}`);
  return text === "" ? {} : text.startsWith("{") ? JSON.parse(text) : text;
}
