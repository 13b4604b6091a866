// Event stream frames, and the streams of Lambda, CloudWatch Logs and S3 made of them.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../../core/fault.ts";
import { loadModel } from "../../../model/load.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import { json11 } from "../json.ts";
import { restJson } from "../rest-json.ts";
import { restXml } from "../rest-xml.ts";
import { Unreadable } from "../unreadable.ts";
import { decodeFrame, encodeFrame, type Frame, frameLength } from "./frame.ts";

async function framesOf(body: unknown): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const chunk of body as ByteStream) frames.push(decodeFrame(chunk));
  return frames;
}

async function* events(...list: object[]): AsyncGenerator<object> {
  yield* list;
}

function operation(service: string, name: string) {
  const model = loadModel(service);
  const found = model.operations.get(name);
  if (found === undefined) throw new Error(name);
  return { model, found };
}

const text = (frame: Frame | undefined) => Buffer.from(frame?.payload ?? []).toString();

describe("frames", () => {
  test("the message of the specification without headers", () => {
    // The empty message of the event stream specification: prelude, its CRC, message CRC.
    expect(encodeFrame({}, new Uint8Array(0)).toString("hex")).toBe("000000100000000005c248eb7d98c8ff");
  });

  test("any headers and payload read back as they were", () => {
    const value = fc.oneof(
      fc.boolean(),
      fc.integer(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.string(),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), value),
        fc.uint8Array(),
        (headers, payload) => {
          const frame = decodeFrame(encodeFrame(headers, payload));
          expect(Buffer.from(frame.payload)).toEqual(Buffer.from(payload));
          const plain = (each: unknown) => (each instanceof Uint8Array ? [...each] : each);
          const entries = (all: object) => Object.entries(all).map(([key, each]) => [key, plain(each)]);
          expect(entries(frame.headers)).toEqual(entries(headers));
        },
      ),
    );
  });

  test("a flipped bit anywhere is noticed", () => {
    const frame = encodeFrame({ ":event-type": "x" }, Buffer.from("payload"));
    for (let at = 0; at < frame.length; at++) {
      const broken = Buffer.from(frame);
      broken.writeUInt8(broken.readUInt8(at) ^ 1, at);
      expect(() => decodeFrame(broken)).toThrow(Unreadable);
    }
  });

  test("an incomplete prelude has no length yet", () => {
    expect(frameLength(encodeFrame({}, new Uint8Array(0)).subarray(0, 11))).toBeUndefined();
  });
});

describe("outputs", () => {
  test("Lambda's response stream: payload bytes, then a completion in JSON", async () => {
    const { model, found } = operation("lambda", "InvokeWithResponseStream");
    const EventStream = events(
      { PayloadChunk: { Payload: new TextEncoder().encode("chunk") } },
      { InvokeComplete: { ErrorCode: "E" } },
    );
    const response = restJson.encode(model, found, { StatusCode: 200, EventStream }, "id");
    expect(response.headers["content-type"]).toBe("application/vnd.amazon.eventstream");
    const [first, second] = await framesOf(response.body);
    expect({ ...first?.headers }).toEqual({
      ":message-type": "event",
      ":event-type": "PayloadChunk",
      ":content-type": "application/octet-stream",
    });
    expect(text(first)).toBe("chunk");
    expect(second?.headers[":content-type"]).toBe("application/json");
    expect(text(second)).toBe('{"ErrorCode":"E"}');
  });

  test("an RPC protocol begins with the other members", async () => {
    const { model, found } = operation("logs", "StartLiveTail");
    const responseStream = events({ sessionStart: { sessionId: "s" } });
    const response = json11.encode(model, found, { responseStream }, "id");
    const [first, second] = await framesOf(response.body);
    expect(first?.headers[":event-type"]).toBe("initial-response");
    expect(text(first)).toBe("{}");
    expect(text(second)).toBe('{"sessionId":"s"}');
  });

  test("a modelled fault ends the stream as an exception, another as an error", async () => {
    const { model, found } = operation("logs", "StartLiveTail");
    async function* failing(code: string): AsyncGenerator<object> {
      yield { sessionStart: {} };
      throw new Fault("logs", code, "too long");
    }
    const last = async (code: string) => {
      const responseStream = failing(code);
      return (await framesOf(json11.encode(model, found, { responseStream }, "id").body)).at(-1);
    };
    const exception = await last("SessionTimeoutException");
    expect({ ...exception?.headers }).toMatchObject({
      ":message-type": "exception",
      ":exception-type": "SessionTimeoutException",
    });
    expect(text(exception)).toBe('{"message":"too long"}');
    expect({ ...(await last("InternalFailure"))?.headers }).toEqual({
      ":message-type": "error",
      ":error-code": "InternalFailure",
      ":error-message": "too long",
    });
  });

  test("S3's events are XML", async () => {
    const { model, found } = operation("s3", "SelectObjectContent");
    const Payload = events({ Stats: { Details: { BytesScanned: 5 } } }, { End: {} });
    const [stats, end] = await framesOf(restXml.encode(model, found, { Payload }, "id").body);
    expect(stats?.headers[":content-type"]).toBe("text/xml");
    expect(text(stats)).toBe("<Stats><BytesScanned>5</BytesScanned></Stats>");
    expect([end?.headers[":event-type"], text(end)]).toEqual(["End", ""]);
  });
});
