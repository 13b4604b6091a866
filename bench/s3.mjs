// Objects of 1 KB and of 10 MB, and a list of 1,000 keys, of a bucket that may
// hold a million (`--only s3-million`).

import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { report } from "./dynamodb.mjs";
import { load, once, signed } from "./load.mjs";
import { fileServer } from "./servers.mjs";

const keys = 1000;
const small = "x".repeat(1024);
const megabyte = 1024 * 1024;

const requests = (port) => ({
  put: (key, body = small) => request(port, "PUT", `/bench/${key}`, { body }),
  get: (key) => request(port, "GET", `/bench/${key}`),
  list: (query) => request(port, "GET", "/bench", { query }),
});

function request(port, method, path, more = {}) {
  return signed({ port, service: "s3", method, path, body: "", contentType: undefined, ...more });
}

export async function s3({ server, row, seconds, peer }) {
  const { port } = server;
  const { put, get } = requests(port);
  await once(request(port, "PUT", "/bench"));
  const puts = Array.from({ length: keys }, (_, at) => put(`small/${at}`));
  let at = 0;
  report(row, "S3 PutObject 1 KB", await load({ port, seconds, next: () => puts[at++ % keys] }));
  const gets = Array.from({ length: keys }, (_, index) => get(`small/${index}`));
  report(row, "S3 GetObject 1 KB", await load({ port, seconds, next: () => gets[at++ % keys] }));

  const large = Buffer.alloc(10 * megabyte, "0123456789abcdef");
  await once(put("large", large.toString()));
  const whole = get("large");
  const rate = (figures) => (figures.perSecond * large.length) / megabyte;
  // A load generator that copies would be the bottleneck: it drains.
  const got = await drain(port, whole, seconds, large.length);
  const sent = Array.from({ length: 1 }, () => put("large", large.toString()))[0];
  const putLarge = await load({ port, seconds, connections: 4, next: () => sent });
  row("S3 PutObject 10 MB", { "MB/s": rate(putLarge), errors: putLarge.errors });
  if (peer) {
    row("S3 GetObject 10 MB", { "MB/s": got });
    return;
  }
  const path = join(tmpdir(), `cumulet-bench-${process.pid}`);
  writeFileSync(path, large);
  const plain = await fileServer(path);
  const compared = await drain(plain.port, whole, seconds, large.length);
  await plain.stop();
  rmSync(path);
  row("S3 GetObject 10 MB", { "MB/s": got, "plain node:http": compared, "times slower": compared / got });
}

/** Megabytes per second of one request after another on four connections, their bodies thrown away. */
async function drain(port, bytes, seconds, size) {
  const { connect } = await import("node:net");
  let received = 0;
  const until = performance.now() + seconds * 1000;
  const began = performance.now();
  await Promise.all(
    Array.from(
      { length: 4 },
      () =>
        new Promise((resolve, reject) => {
          let left = 0;
          const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => socket.write(bytes));
          socket.on("error", reject);
          socket.on("data", (chunk) => {
            received += chunk.length;
            if (left === 0) left = size + chunk.indexOf("\r\n\r\n") + 4;
            left -= chunk.length;
            if (left > 0) return;
            if (performance.now() < until) socket.write(bytes);
            else {
              socket.destroy();
              resolve();
            }
          });
        }),
    ),
  );
  return received / megabyte / ((performance.now() - began) / 1000);
}

export async function s3Million({ server, row, seconds }) {
  const { port } = server;
  const { put, list } = requests(port);
  await once(request(port, "PUT", "/bench"));
  const name = (at) => `key/${String(at).padStart(7, "0")}`;
  let next = 0;
  const total = 1_000_000;
  await load({
    port,
    seconds: 1200,
    warmup: 0,
    next: () => (next < total ? put(name((next++ * 7919) % total), "x") : undefined),
  });
  const pages = Array.from({ length: 500 }, (_, at) =>
    list(`list-type=2&max-keys=1000&start-after=${encodeURIComponent(name((at * 104_729) % 999_000))}`),
  );
  let at = 0;
  const listed = await load({
    port,
    seconds,
    connections: 1,
    next: () => pages[at++ % pages.length],
  });
  row("S3 ListObjectsV2 1,000 of 1,000,000, ms", { p50: listed.p50, p99: listed.p99, errors: listed.errors });
}
