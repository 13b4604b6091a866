// Times written by a pattern of Java's DateTimeFormatter, as prefixes use it:
// `yyyy/MM/dd/HH`, `'year='yyyy`, in any time zone.
// https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html

import { localTime as zoneTime } from "../../../lang/schedule/zone.ts";

export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly dayOfYear: number;
  /** Minutes east of Greenwich. */
  readonly offset: number;
  readonly zone: string;
}

type Piece = string | ((time: LocalTime) => string);

const months = "January February March April May June July August September October November December".split(
  " ",
);
const weekdays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

const padded = (value: number, width: number): string => String(value).padStart(width, "0");

/** Four letters spell a name out, three shorten it. */
const name = (names: readonly string[], index: number, width: number): string =>
  width >= 4 ? names[index]! : names[index]!.slice(0, 3);

const year = ({ year }: LocalTime, width: number): string =>
  width === 2 ? padded(year % 100, 2) : padded(year, width);

const offsetText = ({ offset }: LocalTime, colon: boolean): string => {
  const size = Math.abs(offset);
  return `${offset < 0 ? "-" : "+"}${padded(Math.floor(size / 60), 2)}${colon ? ":" : ""}${padded(size % 60, 2)}`;
};

const letters: Readonly<Record<string, (time: LocalTime, width: number) => string>> = {
  y: year,
  u: year,
  M: ({ month }, width) => (width >= 3 ? name(months, month - 1, width) : padded(month, width)),
  L: ({ month }, width) => (width >= 3 ? name(months, month - 1, width) : padded(month, width)),
  d: ({ day }, width) => padded(day, width),
  D: ({ dayOfYear }, width) => padded(dayOfYear, width),
  E: ({ weekday }, width) => name(weekdays, weekday, width),
  e: ({ weekday }, width) => (width >= 3 ? name(weekdays, weekday, width) : padded(weekday + 1, width)),
  Q: ({ month }, width) => padded(Math.ceil(month / 3), Math.min(width, 2)),
  q: ({ month }, width) => padded(Math.ceil(month / 3), Math.min(width, 2)),
  H: ({ hour }, width) => padded(hour, width),
  k: ({ hour }, width) => padded(hour === 0 ? 24 : hour, width),
  K: ({ hour }, width) => padded(hour % 12, width),
  h: ({ hour }, width) => padded(hour % 12 === 0 ? 12 : hour % 12, width),
  a: ({ hour }) => (hour < 12 ? "AM" : "PM"),
  m: ({ minute }, width) => padded(minute, width),
  s: ({ second }, width) => padded(second, width),
  S: ({ millisecond }, width) => padded(millisecond, 3).padEnd(width, "0").slice(0, width),
  A: ({ hour, minute, second, millisecond }, width) =>
    padded(((hour * 60 + minute) * 60 + second) * 1000 + millisecond, width),
  n: ({ millisecond }, width) => padded(millisecond * 1_000_000, width),
  V: ({ zone }) => zone,
  z: ({ zone }) => zone,
  Z: (time, width) => (width === 5 ? offsetText(time, true) : offsetText(time, false)),
  X: (time, width) => (time.offset === 0 ? "Z" : offsetText(time, width === 3)),
  x: (time, width) => offsetText(time, width === 3),
};

/** Undefined where it is no such pattern. */
export function parsePattern(pattern: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < pattern.length) {
    const letter = pattern[at]!;
    if (letter === "'") {
      const end = endOfQuote(pattern, at);
      if (end === undefined) return undefined;
      const quoted = pattern.slice(at + 1, end);
      pieces.push(quoted === "" ? "'" : quoted.replaceAll("''", "'"));
      at = end + 1;
    } else if (/[A-Za-z]/.test(letter)) {
      let end = at;
      while (pattern[end] === letter) end++;
      const width = end - at;
      const write = letters[letter];
      if (write === undefined) return undefined;
      pieces.push((time) => write(time, width));
      at = end;
    } else if (/[{}#[\]]/.test(letter)) {
      return undefined;
    } else {
      pieces.push(letter);
      at++;
    }
  }
  return pieces;
}

/** Two quotes within a quoted text stand for one. */
function endOfQuote(pattern: string, start: number): number | undefined {
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern[at] !== "'") continue;
    if (at > start + 1 && pattern[at + 1] === "'") at++;
    else return at;
  }
  return undefined;
}

export function writeTime(pieces: readonly Piece[], time: LocalTime): string {
  return pieces.map((piece) => (typeof piece === "string" ? piece : piece(time))).join("");
}

/** `at` in epoch milliseconds. */
export function localTime(at: number, zone: string): LocalTime {
  const local = zoneTime(at, zone);
  const date = new Date(local);
  const yearStart = Date.UTC(date.getUTCFullYear(), 0, 1);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    weekday: date.getUTCDay(),
    dayOfYear: Math.floor((local - yearStart) / 86_400_000) + 1,
    offset: Math.round((local - at) / 60_000),
    zone,
  };
}
