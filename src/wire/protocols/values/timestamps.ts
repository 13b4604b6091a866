// Timestamps on the wire. In memory a timestamp is epoch milliseconds; on
// input every form that a client may write is accepted, whatever the model says.

import type { Member, TimestampFormat, TimestampShape } from "../../../model/shapes.ts";

const iso = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2})?)([.,]\d+)?)?([Zz]|[+-]\d{2}:?\d{2})?$/;
const seconds = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const rfc822 =
  /^(?:[A-Za-z]{3,9},? )?\d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4} \d{2}:\d{2}(?::\d{2}(?:\.\d+)?)? ?\S*$/;

/** Epoch milliseconds of a number of seconds or a text in any known format; undefined where it is neither. */
export function readTimestamp(value: unknown): number | undefined {
  if (typeof value === "number") return finite(value * 1000);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  const parts = iso.exec(text);
  if (parts !== null) {
    const [, date, time = "00:00", fraction = "", zone = "Z"] = parts;
    // Date reads no more than what it prints, and takes a comma for nonsense.
    const millis = fraction === "" ? 0 : Math.floor(Number(`0.${fraction.slice(1)}`) * 1000);
    const colon = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
    return finite(new Date(`${date}T${time.length === 5 ? `${time}:00` : time}${colon}`).getTime() + millis);
  }
  if (seconds.test(text)) return finite(Number(text) * 1000);
  if (rfc822.test(text)) return finite(new Date(text).getTime());
  return undefined;
}

function finite(milliseconds: number): number | undefined {
  const rounded = Math.round(milliseconds);
  return Math.abs(rounded) <= 8.64e15 ? rounded : undefined;
}

/** A timestamp as text; `alwaysMillis` as S3 and EC2 print it: `2015-01-01T00:00:00.000Z`. */
export function timestampText(milliseconds: number, format: TimestampFormat, alwaysMillis = false): string {
  switch (format) {
    case "iso8601": {
      const text = new Date(milliseconds).toISOString();
      return !alwaysMillis && text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
    }
    case "rfc822":
      return new Date(milliseconds).toUTCString();
    case "unixTimestamp":
      return String(milliseconds / 1000);
  }
}

/** The format that the model sets on the member or its shape, else the place's default. */
export function formatOf(
  shape: TimestampShape,
  member: Member | undefined,
  fallback: TimestampFormat,
): TimestampFormat {
  return member?.timestampFormat ?? shape.timestampFormat ?? fallback;
}
