import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { type FrontOptions, portsCanBeShared } from "./front.ts";
import { RawConnection, type RecordingFront, startRecordingFront } from "./recording-front.ts";

let recording: RecordingFront;
const authorization =
  "AWS4-HMAC-SHA256 Credential=test/20150830/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00";

async function start(options: Partial<FrontOptions> = {}): Promise<RecordingFront> {
  recording = await startRecordingFront(options);
  return recording;
}

afterEach(() => recording.front.stop(50));

/** A call by an unknown key, which loopback trusts. */
function listTables(body = "{}", headers: Record<string, string> = {}): Promise<Response> {
  return fetch(recording.endpoint, {
    method: "POST",
    body,
    headers: {
      authorization,
      "x-amz-target": "DynamoDB_20120810.ListTables",
      "content-type": "application/x-amz-json-1.0",
      ...headers,
    },
  });
}

function rawCall(lines: readonly string[], body = ""): string {
  return `${[
    "POST / HTTP/1.1",
    "Host: localhost",
    `Authorization: ${authorization}`,
    "X-Amz-Target: DynamoDB_20120810.ListTables",
    "Content-Type: application/x-amz-json-1.0",
    ...lines,
  ].join("\r\n")}\r\n\r\n${body}`;
}

describe("answers", () => {
  it("carry request id, length and date", async () => {
    await start();
    const response = await listTables();
    expect(response.status).toBe(200);
    expect(response.headers.get("x-amzn-requestid")).toBe("request-1");
    expect(response.headers.get("content-length")).toBe("2");
    expect(response.headers.get("date")).toMatch(/GMT$/);
  });

  it("hide an accident, which is logged with its stack", async () => {
    await start();
    recording.reply = () => {
      throw new TypeError("secret detail");
    };
    const response = await listTables();
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).toContain("InternalFailure");
    expect(text).not.toContain("secret detail");
    expect(recording.logged).toMatchObject([
      { event: "accident", error: expect.stringContaining("secret detail") },
    ]);
  });

  it("say that an operation or a service does not exist", async () => {
    await start();
    const unknown = await listTables("{}", { "x-amz-target": "DynamoDB_20120810.Nonesuch" });
    expect(unknown.status).toBe(400);
    expect(await unknown.text()).toContain("UnknownOperationException");
  });

  it("ask for a signature where there is none", async () => {
    await start();
    const response = await fetch(recording.endpoint, {
      method: "POST",
      headers: {
        "x-amz-target": "DynamoDB_20120810.ListTables",
        "content-type": "application/x-amz-json-1.0",
      },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("MissingAuthenticationTokenException");
  });

  it("serve anonymous S3, in S3's words", async () => {
    await start();
    recording.reply = () => ({ Body: Buffer.from("public"), ContentLength: 6 });
    const response = await fetch(`${recording.endpoint}/bucket/key`);
    expect(await response.text()).toBe("public");
    expect(recording.calls[0]).toMatchObject({ principal: { type: "anonymous" }, account: "000000000000" });
    const head = await fetch(`${recording.endpoint}/bucket/key`, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe("6");
  });

  it("stream with back-pressure, and break the connection where the stream fails", async () => {
    await start();
    let produced = 0;
    let fail = false;
    recording.reply = () => ({
      Body: (async function* () {
        for (let at = 0; at < 100; at++) {
          produced += 1;
          if (fail && at === 50) throw new Error("disk gone");
          yield Buffer.alloc(65536, 97);
        }
      })(),
    });
    const whole = await fetch(`${recording.endpoint}/bucket/key`);
    expect((await whole.arrayBuffer()).byteLength).toBe(6_553_600);
    expect(produced).toBe(100);
    fail = true;
    const broken = await fetch(`${recording.endpoint}/bucket/key`);
    await expect(broken.arrayBuffer()).rejects.toThrow();
    expect(recording.logged).toMatchObject([{ error: expect.stringContaining("disk gone") }]);
  });
});

describe("requests", () => {
  it("may be compressed, but not without bounds", async () => {
    await start({ limits: { bodyBytes: 10_000 } });
    const send = (body: Buffer): Promise<Response> =>
      listTables(body as unknown as string, { "content-encoding": "gzip" });
    expect((await send(gzipSync('{"Limit":3}'))).status).toBe(200);
    expect(recording.calls[0]?.input).toEqual({ Limit: 3 });
    expect((await send(gzipSync(Buffer.alloc(1_000_000)))).status).toBe(413);
    const invalid = await send(Buffer.from("not gzip"));
    expect(invalid.status).toBe(400);
    expect(await invalid.text()).toContain("SerializationException");
  });

  it("beyond the size limit are refused, announced or not, and the connection goes on", async () => {
    await start({ limits: { bodyBytes: 1000 } });
    const connection = new RawConnection(recording.front.port);
    connection.send(rawCall(["Content-Length: 2000"], "x".repeat(2000)));
    await connection.until("RequestEntityTooLarge");
    connection.send(rawCall(["Transfer-Encoding: chunked"], `7d0\r\n${"x".repeat(2000)}\r\n0\r\n\r\n`));
    connection.send(rawCall(["Content-Length: 2"], "{}"));
    const text = await connection.until("HTTP/1.1 200");
    expect(text.match(/HTTP\/1\.1 413/g)).toHaveLength(2);
  });

  it("stream without a limit into an operation that streams", async () => {
    await start({ limits: { bodyBytes: 1000 } });
    let received = 0;
    recording.reply = async (call) => {
      for await (const piece of (call.input as { Body: AsyncIterable<Uint8Array> }).Body)
        received += piece.length;
      return {};
    };
    const response = await fetch(`${recording.endpoint}/bucket/key`, {
      method: "PUT",
      body: Buffer.alloc(3_000_000),
    });
    expect(response.status).toBe(200);
    expect(received).toBe(3_000_000);
  });

  it("may leave a stream unread, and the connection goes on", async () => {
    await start();
    const connection = new RawConnection(recording.front.port);
    const body = "x".repeat(300_000);
    connection.send(`PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n${body}`);
    await connection.until("HTTP/1.1 200");
    connection.send(rawCall(["Content-Length: 2"], "{}"));
    const text = await connection.until("application/x-amz-json-1.0");
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });

  it("that wait for 100 Continue get it when the body is wanted", async () => {
    await start();
    const connection = new RawConnection(recording.front.port);
    connection.send(rawCall(["Content-Length: 2", "Expect: 100-continue"]));
    await connection.until("HTTP/1.1 100 Continue");
    connection.send("{}");
    await connection.until("HTTP/1.1 200 OK");
    const refused = new RawConnection(recording.front.port);
    refused.send(
      "POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n",
    );
    const text = await refused.end();
    expect(text).toContain("HTTP/1.1 403");
    expect(text).not.toContain("100 Continue");
  });

  it("of a body that is not the one declared are refused, whole or streamed", async () => {
    await start();
    const headers = { "x-amz-content-sha256": "0".repeat(64) };
    const whole = await listTables("{}", headers);
    expect(await whole.text()).toContain("InvalidSignatureException");
    recording.reply = async (call) => {
      for await (const _ of (call.input as { Body: AsyncIterable<Uint8Array> }).Body);
      return {};
    };
    const streamed = await fetch(`${recording.endpoint}/bucket/key`, {
      method: "PUT",
      body: "content",
      headers: { ...headers, authorization: authorization.replace("dynamodb", "s3") },
    });
    expect(streamed.status).toBe(400);
    expect(await streamed.text()).toContain("<Code>XAmzContentSHA256Mismatch</Code>");
  });

  it("abort the call's signal when the client goes away", async () => {
    await start();
    let aborted: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      aborted = resolve;
    });
    const waiting = new Promise<void>((reached) => {
      recording.reply = (call) => {
        call.signal.addEventListener("abort", () => aborted());
        reached();
        return gone.then(() => ({}));
      };
    });
    const connection = new RawConnection(recording.front.port);
    connection.send(rawCall(["Content-Length: 2"], "{}"));
    await waiting;
    connection.socket.destroy();
    await gone;
  });
});

describe("malformed and slow clients", () => {
  it.each([
    ["no HTTP at all", "\x16\x03\x01 hello\r\n\r\n", "400 Bad Request"],
    ["an unknown method", "FROB / HTTP/1.1\r\nHost: localhost\r\n\r\n", "400 Bad Request"],
    ["no host", "GET / HTTP/1.1\r\n\r\n", "400 Bad Request"],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "400 Bad Request",
    ],
    [
      "length and chunks",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "400 Bad Request",
    ],
    ["a long header", `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, "431 "],
    ["a long request line", `GET /${"x".repeat(20_000)} HTTP/1.1\r\n`, "431 "],
  ])("%s gets its status, and the server goes on", async (_, text, status) => {
    await start();
    const connection = new RawConnection(recording.front.port);
    connection.send(text);
    expect(await connection.end()).toContain(`HTTP/1.1 ${status}`);
    expect((await listTables()).status).toBe(200);
  });

  it("headers that never end are cut off", async () => {
    await start({ limits: { headersMilliseconds: 60 } });
    const connection = new RawConnection(recording.front.port);
    connection.send("POST / HTTP/1.1\r\nHost: localhost\r\n");
    expect(await connection.end()).toContain("408 Request Timeout");
  });

  it("a body that does not come is given up, even if a byte comes now and then", async () => {
    await start({ limits: { bodyMilliseconds: 60 } });
    const connection = new RawConnection(recording.front.port);
    connection.send(rawCall(["Content-Length: 5000"], "{"));
    const dripping = setInterval(() => connection.send(" "), 5);
    expect(await connection.until("RequestTimeout")).toContain("HTTP/1.1 408");
    clearInterval(dripping);
    connection.socket.destroy();
  });

  it("a streamed body that stands still is given up", async () => {
    await start({ limits: { idleMilliseconds: 60 } });
    let failure: unknown;
    recording.reply = async (call) => {
      try {
        for await (const _ of (call.input as { Body: AsyncIterable<Uint8Array> }).Body);
      } catch (error) {
        failure = error;
        throw error;
      }
      return {};
    };
    const connection = new RawConnection(recording.front.port);
    connection.send("PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\nabc");
    await connection.end();
    expect(failure).toMatchObject({ code: "RequestTimeout" });
  });

  it("more connections than the limit are turned away", async () => {
    await start({ limits: { connections: 2 } });
    const connections = [1, 2, 3].map(() => new RawConnection(recording.front.port));
    expect(await Promise.race(connections.map((each) => each.end()))).toBe("");
    for (const each of connections) each.socket.destroy();
  });
});

describe("a port", () => {
  it.skipIf(!portsCanBeShared)("may be shared by those who say so", async () => {
    const first = await startRecordingFront();
    const { port } = first.front;
    await first.front.stop();
    const [one, other] = [
      await startRecordingFront({ port, sharePort: true }),
      await startRecordingFront({ port, sharePort: true }),
    ];
    expect((await fetch(`${one.endpoint}/_cumulet/none`)).status).toBeGreaterThanOrEqual(400);
    await expect(startRecordingFront({ port })).rejects.toThrow("EADDRINUSE");
    await Promise.all([one.front.stop(), other.front.stop()]);
  });
});

describe("stopping", () => {
  it("aborts long polls, lets running requests end and refuses new connections", async () => {
    const { front, endpoint } = await start();
    const waiting = new Promise<void>((reached) => {
      recording.reply = (call) => {
        reached();
        return new Promise((resolve) => {
          call.signal.addEventListener("abort", () => resolve({ TableNames: ["polled"] }));
        });
      };
    });
    const response = listTables();
    await waiting;
    await front.stop(5000);
    expect(await (await response).json()).toEqual({ TableNames: ["polled"] });
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  it("cuts what does not end in its grace period, and idle connections at once", async () => {
    const { front } = await start();
    const waiting = new Promise<void>((reached) => {
      recording.reply = () => {
        reached();
        return new Promise(() => {});
      };
    });
    const idle = new RawConnection(front.port);
    idle.send("GET /bucket HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    await idle.until("403");
    const stuck = listTables();
    await waiting;
    await front.stop(50);
    await expect(stuck).rejects.toThrow();
    await idle.end();
  });
});
