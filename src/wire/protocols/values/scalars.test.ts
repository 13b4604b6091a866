// Timestamps and Base64 in all the forms that clients write.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Unreadable } from "../unreadable.ts";
import { base64OfBytes, bytesOfBase64 } from "./base64.ts";
import { readTimestamp, timestampText } from "./timestamps.ts";

describe("timestamps", () => {
  test.each([
    ["2015-01-01T00:00:00Z", 1420070400000],
    ["2015-01-01T00:00:00.123456Z", 1420070400123],
    ["2015-01-01T02:00:00+02:00", 1420070400000],
    ["2015-01-01T02:00:00+0200", 1420070400000],
    ["2015-01-01 00:00:00", 1420070400000],
    ["2015-01-01T00:00Z", 1420070400000],
    ["2015-01-01", 1420070400000],
    ["Thu, 01 Jan 2015 00:00:00 GMT", 1420070400000],
    ["Thu, 1 Jan 2015 00:00:00 +0000", 1420070400000],
    ["1420070400", 1420070400000],
    ["1420070400.5", 1420070400500],
    ["1.4200704E9", 1420070400000],
    [1420070400.0004, 1420070400000],
    [-1, -1000],
  ])("%j is read", (value, expected) => {
    expect(readTimestamp(value)).toBe(expected);
  });

  test.each(["", "soon", "2015", "2015-13-01T00:00:00Z", "9e99", true, null, {}, Number.NaN])(
    "%j is no timestamp",
    (value) => {
      // A bare year is a number of seconds like any other.
      expect(readTimestamp(value)).toBe(value === "2015" ? 2_015_000 : undefined);
    },
  );

  test("texts have the forms that AWS prints", () => {
    expect(timestampText(1420070400000, "iso8601")).toBe("2015-01-01T00:00:00Z");
    expect(timestampText(1420070400123, "iso8601")).toBe("2015-01-01T00:00:00.123Z");
    expect(timestampText(1420070400000, "iso8601", true)).toBe("2015-01-01T00:00:00.000Z");
    expect(timestampText(1420070400000, "rfc822")).toBe("Thu, 01 Jan 2015 00:00:00 GMT");
    expect(timestampText(1420070400500, "unixTimestamp")).toBe("1420070400.5");
  });

  test("every moment reads back from every form that can hold it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4102444800000 }), (moment) => {
        expect(readTimestamp(timestampText(moment, "iso8601"))).toBe(moment);
        expect(readTimestamp(timestampText(moment, "unixTimestamp"))).toBe(moment);
        const second = moment - (moment % 1000);
        expect(readTimestamp(timestampText(second, "rfc822"))).toBe(second);
      }),
    );
  });
});

describe("Base64", () => {
  test("bytes read back as they were, padded or not, URL-safe or not, in lines or not", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = base64OfBytes(bytes);
        const forms = [
          text,
          text.replace(/=+$/, ""),
          text.replaceAll("+", "-").replaceAll("/", "_"),
          text.replace(/(.{4})/g, "$1\r\n"),
        ];
        for (const form of forms) expect([...bytesOfBase64(form)]).toEqual([...bytes]);
      }),
    );
  });

  test.each(["====", "A", "AQ=Q", "AQ!D", "漢字漢字"])("%s is refused", (text) => {
    expect(() => bytesOfBase64(text)).toThrow(Unreadable);
  });
});
