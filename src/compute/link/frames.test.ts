// The frame decoder, against any way a stream may be cut.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeFrame, frameDecoder } from "./frames.ts";

const frame = fc.record({
  type: fc.constantFrom("N", "R", "L", "C"),
  payload: fc.uint8Array({ maxLength: 40 }),
});

describe("frameDecoder", () => {
  it("gives back every frame, however the bytes arrive, the over-long ones cut to the limit", () => {
    fc.assert(
      fc.property(fc.array(frame), fc.array(fc.integer({ min: 1, max: 30 })), (frames, cuts) => {
        const limit = 25;
        const received: { type: string; text: string; length: number }[] = [];
        const decode = frameDecoder(limit, (type, payload, length) =>
          received.push({ type, text: payload.toString("hex"), length }),
        );
        const bytes = Buffer.concat(frames.map(({ type, payload }) => encodeFrame(type, payload)));
        let at = 0;
        for (const cut of cuts) {
          decode(bytes.subarray(at, at + cut));
          at += cut;
        }
        if (at < bytes.length) decode(bytes.subarray(at));
        expect(received).toEqual(
          frames.map(({ type, payload }) => ({
            type,
            text: Buffer.from(payload.subarray(0, limit)).toString("hex"),
            length: payload.length,
          })),
        );
      }),
    );
  });

  it("keeps no more of an over-long frame than the limit", () => {
    let longest = 0;
    const decode = frameDecoder(1000, (_type, payload) => {
      longest = Math.max(longest, payload.length);
    });
    const header = Buffer.alloc(5);
    header.writeUInt32LE(2 ** 32 - 1, 0);
    decode(header);
    for (let sent = 0; sent < 50; sent++) decode(Buffer.alloc(1000));
    expect(longest).toBe(1000);
  });
});
