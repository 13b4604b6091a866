// WebSockets through a whole front, by a real client.

import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { HttpResponse } from "../../core/http.ts";
import type { ClientSocket, Conversation } from "../../core/web-socket.ts";
import type { FrontOptions } from "../front.ts";
import { RawConnection, type RecordingFront, startRecordingFront } from "../recording-front.ts";

interface Side {
  socket: ClientSocket | undefined;
  readonly received: string[];
  readonly closed: [number, string][];
}

let side: Side;
let recording: RecordingFront;

async function startFront(
  answer: Partial<Conversation> | HttpResponse = {},
  options: Partial<FrontOptions> = {},
): Promise<void> {
  side = { socket: undefined, received: [], closed: [] };
  const conversation: Conversation = {
    opened: (socket) => {
      side.socket = socket;
    },
    received: async (data, binary) => {
      side.received.push(binary ? "binary" : Buffer.from(data).toString());
      side.socket!.send(data, binary);
    },
    closed: async (code, reason) => {
      side.closed.push([code, reason]);
    },
    ...answer,
  };
  recording = await startRecordingFront({
    ...options,
    endpoints: [
      {
        matches: ({ path }) => path.startsWith("/socket"),
        handle: async () => ({ status: 200, headers: {}, body: "plain" }),
        connect: async ({ path }) =>
          path === "/socket/none" ? undefined : "status" in answer ? (answer as HttpResponse) : conversation,
        connectAnyHost: async ({ host }) => (host === "chat.example" ? conversation : undefined),
      },
    ],
  });
}

afterEach(() => recording.front.stop(50));

const address = (path = "/socket"): string => `ws://127.0.0.1:${recording.front.port}${path}`;

async function connected(path?: string, protocols: string[] = [], options = {}): Promise<WebSocket> {
  const client = new WebSocket(address(path), protocols, options);
  await once(client, "open");
  return client;
}

const ending = async (client: WebSocket): Promise<[number, string]> => {
  const [code, reason] = await once(client, "close");
  return [code, String(reason)];
};

async function refusal(path: string, options = {}): Promise<{ status: number; body: string }> {
  const client = new WebSocket(address(path), options);
  const [request, response] = await once(client, "unexpected-response");
  let body = "";
  for await (const piece of response) body += piece;
  request.destroy();
  return { status: response.statusCode, body };
}

describe.each([true, false])("a WebSocket, with the fast path %s", (fastPath) => {
  it("carries messages both ways", async () => {
    await startFront({}, { fastPath });
    const client = await connected();
    client.send("one");
    expect(String((await once(client, "message"))[0])).toBe("one");
    client.send(Buffer.from([1, 2]));
    const [data, binary] = await once(client, "message");
    expect([[...data], binary]).toEqual([[1, 2], true]);
    client.close(1000, "enough");
    await ending(client);
    await recording.front.stop();
    expect(side.closed).toEqual([[1000, "enough"]]);
  });

  it("is refused by an answer like any other", async () => {
    await startFront({ status: 401, headers: { "x-why": "because" }, body: "no" }, { fastPath });
    expect(await refusal("/socket")).toEqual({ status: 401, body: "no" });
  });

  it("is not spoken where no data plane does: the request is served as if it had not asked", async () => {
    await startFront({}, { fastPath });
    expect(await refusal("/socket/none")).toEqual({ status: 200, body: "plain" });
  });

  it("does not keep those from their answer who offer another protocol, whatever the body", async () => {
    await startFront({}, { fastPath });
    const connection = new RawConnection(recording.front.port);
    connection.send(
      "POST /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n" +
        "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\nContent-Length: 5\r\n\r\nab",
    );
    connection.send("cdeGET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    expect((await connection.end()).match(/plain/g)).toHaveLength(2);
  });
});

describe.each([true, false])(
  "requests sent ahead of one that offers another protocol, with the fast path %s",
  (fastPath) => {
    it("are answered before it", async () => {
      let open = (): void => undefined;
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      recording = await startRecordingFront({
        fastPath,
        endpoints: [
          {
            matches: () => true,
            handle: async ({ path }) => {
              if (path === "/first") await opened;
              return { status: 200, headers: {}, body: path };
            },
          },
        ],
      });
      const connection = new RawConnection(recording.front.port);
      const line = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`;
      const offer = "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n";
      connection.send(`${line("/first")}\r\n${line("/second")}\r\n${line("/third")}${offer}`);
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      open();
      const text = await connection.until("/third");
      expect(text.match(/\/(first|second|third)/g)).toEqual(["/first", "/second", "/third"]);
    });
  },
);

describe("a WebSocket", () => {
  it("goes on with the protocol that was chosen", async () => {
    await startFront({ protocol: "two" });
    expect((await connected("/socket", ["one", "two"])).protocol).toBe("two");
  });

  it("takes messages that come with the handshake", async () => {
    await startFront();
    const connection = new RawConnection(recording.front.port);
    connection.send(
      "GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\x82\0\0\0\0hi",
    );
    await connection.until("hi");
    expect(side.received).toEqual(["hi"]);
  });

  it("ends with 1009 at a frame that is too big, though not at a message of several", async () => {
    await startFront();
    const client = await connected();
    client.send("x".repeat(32_768), { fin: false });
    client.send("x".repeat(32_768), { fin: true });
    expect(String((await once(client, "message"))[0])).toHaveLength(65_536);
    client.send("x".repeat(32_769));
    expect(await ending(client)).toEqual([1009, ""]);
    expect(side.received).toHaveLength(1);
  });

  it("ends with 1009 at a message that is too big", async () => {
    await startFront();
    const client = await connected();
    for (let frame = 0; frame < 5; frame++) client.send("x".repeat(32_768), { fin: frame === 4 });
    expect(await ending(client)).toEqual([1009, ""]);
    expect(side.received).toEqual([]);
  });

  it("takes no more for a client that does not read than the buffer holds", async () => {
    await startFront({}, { limits: { socketBufferBytes: 100_000 } });
    const client = await connected();
    client.pause();
    const piece = Buffer.alloc(60_000);
    const outcomes = new Set<string>();
    for (let at = 0; at < 1000 && !outcomes.has("full"); at++) outcomes.add(side.socket!.send(piece, true));
    expect(outcomes).toContain("full");
    client.terminate();
  });

  it("is not read while too many of its messages are dealt with", async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    let received = 0;
    let most = 0;
    let under = 0;
    await startFront(
      {
        received: async () => {
          most = Math.max(most, ++under);
          received++;
          await opened;
          under--;
          if (received === 20) side.socket!.send(Buffer.from("all"), false);
        },
      },
      { limits: { socketMessages: 4 } },
    );
    const client = await connected();
    for (let at = 0; at < 20; at++) client.send(`${at}`);
    const all = once(client, "message");
    open();
    await all;
    expect(most).toBeLessThanOrEqual(4);
  });

  it("is ended with 1001 by a front that stops, which waits for what follows", async () => {
    let followed = false;
    await startFront({
      closed: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        followed = true;
      },
    });
    const client = await connected();
    const end = ending(client);
    await recording.front.stop();
    expect(await end).toEqual([1001, "Going away"]);
    expect(followed).toBe(true);
  });

  it("is cut off when its client does not say goodbye in time", async () => {
    await startFront();
    const client = await connected();
    client.pause();
    await recording.front.stop(20);
    expect(side.closed).toHaveLength(1);
  });

  it("is told of a client that vanishes", async () => {
    let gone = (_code: number): void => undefined;
    const code = new Promise<number>((resolve) => {
      gone = resolve;
    });
    await startFront({ closed: async (how) => gone(how) });
    (await connected()).terminate();
    expect(await code).toBe(1006);
  });

  it("is refused to pages of foreign origins and to names that are not served", async () => {
    await startFront();
    expect(await refusal("/socket", { origin: "http://evil.example" })).toMatchObject({ status: 403 });
    expect(await refusal("/socket", { headers: { host: "evil.example" } })).toMatchObject({ status: 403 });
  });

  it("may be asked for under a name that a user has given to something", async () => {
    await startFront();
    const client = await connected("/any", [], { headers: { host: "chat.example" } });
    client.send("hello");
    expect(String((await once(client, "message"))[0])).toBe("hello");
  });

  it("may be asked for by pages of this machine", async () => {
    await startFront();
    const client = await connected("/socket", [], { origin: "http://localhost:3000" });
    expect(client.readyState).toBe(WebSocket.OPEN);
  });
});
