import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameSizes } from "./frame-sizes.ts";

function frame(length: number, masked: boolean): Buffer {
  const mask = masked ? 128 : 0;
  const head =
    length < 126
      ? Buffer.from([0x81, mask | length])
      : length < 65_536
        ? Buffer.from([0x81, mask | 126, length >> 8, length & 255])
        : Buffer.from([
            0x81,
            mask | 127,
            0,
            0,
            0,
            0,
            length >>> 24,
            (length >>> 16) & 255,
            (length >>> 8) & 255,
            length & 255,
          ]);
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0, 7), Buffer.alloc(length, 0xff)]);
}

describe("the sizes of frames", () => {
  it("are found however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(0, 1, 125, 126, 127, 999, 1000, 1001, 70_000), fc.boolean()), {
          maxLength: 6,
        }),
        fc.infiniteStream(fc.integer({ min: 1, max: 2000 })),
        (frames, cuts) => {
          const bytes = Buffer.concat(frames.map(([length, masked]) => frame(length, masked)));
          const sizes = new FrameSizes(1000);
          let accepted = true;
          for (let at = 0; at < bytes.length && accepted; ) {
            const end = at + cuts.next().value;
            accepted = sizes.accepts(bytes.subarray(at, end));
            at = end;
          }
          expect(accepted).toBe(frames.every(([length]) => length <= 1000));
        },
      ),
    );
  });
});
