// The life of a connection on the fast path.

import { afterEach, describe, expect, it } from "vitest";
import type { FrontOptions } from "../front.ts";
import { RawConnection, type RecordingFront } from "../recording-front.ts";
import { startEchoFront } from "./echo-front.ts";

let recording: RecordingFront;

async function connected(options: Partial<FrontOptions> = {}): Promise<RawConnection> {
  recording = await startEchoFront(options);
  return new RawConnection(recording.front.port);
}

afterEach(() => recording.front.stop(50));

const echo = (query: string): string => `GET /echo?${query} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const listBuckets = "GET / HTTP/1.1\r\nHost: s3.localhost\r\n\r\n";

/** Holds the next calls until it is opened. */
function gate(): { readonly reached: Promise<AbortSignal>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<AbortSignal>((resolve) => {
    recording.reply = async (call) => {
      resolve(call.signal);
      await opened;
      return {};
    };
  });
  return { reached, open };
}

describe("a connection on the fast path", () => {
  it("is cut off when it says nothing at all", async () => {
    const connection = await connected({ limits: { headersMilliseconds: 60 } });
    expect(await connection.end()).toContain("408 Request Timeout");
  });

  it("is closed in silence when it has been idle for too long", async () => {
    const connection = await connected({
      limits: { keepAliveMilliseconds: 60, headersMilliseconds: 10_000 },
    });
    connection.send(echo("one"));
    const text = await connection.end();
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it("answers in order what a client sends ahead, in as many pieces as it likes", async () => {
    const connection = await connected();
    const { reached, open } = gate();
    connection.send(listBuckets);
    await reached;
    connection.send(echo("second"));
    connection.send(echo("third").slice(0, 20));
    connection.send(echo("third").slice(20));
    open();
    const text = await connection.until('"query":"third"');
    expect(text.indexOf("ListAllMyBucketsResult")).toBeLessThan(text.indexOf('"query":"second"'));
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  });

  it("aborts the call whose client goes away, and no other", async () => {
    const connection = await connected();
    let before: AbortSignal | undefined;
    recording.reply = (call) => {
      before = call.signal;
      return {};
    };
    connection.send(listBuckets);
    await connection.until("ListAllMyBucketsResult");
    const { reached, open } = gate();
    connection.send(listBuckets);
    const signal = await reached;
    expect(signal.aborted).toBe(false);
    const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
    connection.socket.destroy();
    await aborted;
    open();
    expect(before?.aborted).toBe(false);
  });

  it("aborts a stream whose client goes away", async () => {
    const connection = await connected();
    let returned: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      returned = resolve;
    });
    recording.reply = () => ({
      Body: (async function* () {
        try {
          for (;;) yield Buffer.alloc(65_536);
        } finally {
          returned();
        }
      })(),
    });
    connection.send("GET /bucket/key HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await connection.until("HTTP/1.1 200");
    connection.socket.destroy();
    await ended;
    expect(recording.logged).toEqual([]);
  });

  it("ends with its answer when the front is stopping, and at once when it is idle", async () => {
    const connection = await connected();
    const idle = new RawConnection(recording.front.port);
    idle.send(echo("idle"));
    await idle.until("idle");
    const { reached, open } = gate();
    connection.send(listBuckets);
    const signal = await reached;
    const stopped = recording.front.stop(5000);
    expect(signal.aborted).toBe(true);
    await idle.end();
    open();
    const text = await connection.end();
    expect(text).toContain("ListAllMyBucketsResult");
    expect(text.toLowerCase()).toContain("connection: close");
    await stopped;
  });
});
