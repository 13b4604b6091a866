// Times in jq: seconds, and broken-down times
// `[year, month from 0, day, hours, minutes, seconds, weekday, day of the year]`.

import { JqError, type Json } from "./syntax.ts";
import { isArray } from "./values.ts";

const day = 86_400;
const weekdays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const months = "January February March April May June July August September October November December".split(
  " ",
);

export function gmtime(value: Json): readonly number[] {
  if (typeof value !== "number") throw new JqError("gmtime() requires a number");
  const date = new Date(Math.floor(value) * 1000);
  if (Number.isNaN(date.getTime()))
    throw new JqError("error converting number of seconds since epoch to datetime");
  const year = date.getUTCFullYear();
  const dayOfYear = Math.floor((date.getTime() / 1000 - Date.UTC(year, 0, 1) / 1000) / day);
  return [
    year,
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds() + (value - Math.floor(value)),
    date.getUTCDay(),
    dayOfYear,
  ];
}

export function mktime(value: Json): number {
  const [year, month, dayOfMonth, hours, minutes, seconds] = broken(value, "mktime");
  return Math.floor(Date.UTC(year!, month!, dayOfMonth, hours, minutes, Math.floor(seconds!)) / 1000);
}

function broken(value: Json, name: string): readonly number[] {
  if (!isArray(value) || value.length < 6) throw new JqError(`${name} requires array of 6 numbers`);
  return value.map((each) => {
    if (typeof each !== "number") throw new JqError(`${name} requires parsed datetime inputs`);
    return each;
  });
}

export function strftime(value: Json, form: Json): string {
  if (typeof form !== "string") throw new JqError("strftime/1 requires a string format");
  const given = typeof value === "number" ? gmtime(value) : broken(value, "strftime/1");
  const seconds = mktime(given);
  const [year = 0, month = 0, dayOfMonth = 0, hour = 0, minute = 0, second = 0, weekday = 0, yearDay = 0] =
    gmtime(seconds);
  const two = (number: number, pad = "0"): string => String(Math.floor(number)).padStart(2, pad);
  const iso = isoWeek(seconds);
  const write: Readonly<Record<string, () => string>> = {
    Y: () => String(year),
    C: () => two(year / 100),
    y: () => two(year % 100),
    m: () => two(month + 1),
    d: () => two(dayOfMonth),
    e: () => two(dayOfMonth, " "),
    H: () => two(hour),
    I: () => two(hour % 12 === 0 ? 12 : hour % 12),
    k: () => two(hour, " "),
    l: () => two(hour % 12 === 0 ? 12 : hour % 12, " "),
    M: () => two(minute),
    S: () => two(second),
    j: () => String(yearDay + 1).padStart(3, "0"),
    p: () => (hour < 12 ? "AM" : "PM"),
    P: () => (hour < 12 ? "am" : "pm"),
    A: () => weekdays[weekday]!,
    a: () => weekdays[weekday]!.slice(0, 3),
    B: () => months[month]!,
    b: () => months[month]!.slice(0, 3),
    h: () => months[month]!.slice(0, 3),
    u: () => String(weekday === 0 ? 7 : weekday),
    w: () => String(weekday),
    s: () => String(seconds),
    Z: () => "UTC",
    z: () => "+0000",
    G: () => String(iso.year),
    g: () => two(iso.year % 100),
    V: () => two(iso.week),
    U: () => two((yearDay + 7 - weekday) / 7),
    W: () => two((yearDay + 7 - ((weekday + 6) % 7)) / 7),
    F: () => strftime(given, "%Y-%m-%d"),
    T: () => strftime(given, "%H:%M:%S"),
    R: () => strftime(given, "%H:%M"),
    r: () => strftime(given, "%I:%M:%S %p"),
    D: () => strftime(given, "%m/%d/%y"),
    c: () => strftime(given, "%a %b %e %H:%M:%S %Y"),
    x: () => strftime(given, "%m/%d/%y"),
    X: () => strftime(given, "%H:%M:%S"),
    n: () => "\n",
    t: () => "\t",
    "%": () => "%",
  };
  return form.replace(/%(.)/gs, (whole, letter: string) => write[letter]?.() ?? whole);
}

/** The week that holds the Thursday. */
function isoWeek(seconds: number): { readonly year: number; readonly week: number } {
  const [, , , , , , weekday = 0] = gmtime(seconds);
  const thursday = seconds + (4 - (weekday === 0 ? 7 : weekday)) * day;
  const [year = 0, , , , , , , yearDay = 0] = gmtime(thursday);
  return { year, week: Math.floor(yearDay / 7) + 1 };
}

const numbers: Readonly<Record<string, readonly [part: number, digits: number, offset: number]>> = {
  Y: [0, 4, 0],
  m: [1, 2, -1],
  d: [2, 2, 0],
  e: [2, 2, 0],
  H: [3, 2, 0],
  M: [4, 2, 0],
  S: [5, 2, 0],
  j: [7, 3, -1],
};

const shorthands: Readonly<Record<string, string>> = {
  F: "%Y-%m-%d",
  T: "%H:%M:%S",
  R: "%H:%M",
  D: "%m/%d/%y",
};

export function strptime(value: Json, form: Json): readonly number[] {
  if (typeof value !== "string") throw new JqError(`strptime/1 requires string inputs and arguments`);
  if (typeof form !== "string") throw new JqError("strptime/1 requires string inputs and arguments");
  const mismatch = new JqError(`date "${value}" does not match format "${form}"`);
  const full = form.replace(/%([FTRD])/g, (_whole, letter: string) => shorthands[letter]!);
  const parts = [1900, 0, 1, 0, 0, 0];
  let epoch: number | undefined;
  let afternoon = false;
  let at = 0;
  const read = (pattern: RegExp): string => {
    const found = pattern.exec(value.slice(at));
    if (found === null) throw mismatch;
    at += found[0].length;
    return found[0];
  };
  for (let index = 0; index < full.length; index++) {
    const letter = full[index]!;
    if (letter !== "%") {
      if (/\s/.test(letter)) read(/^\s*/);
      else if (value[at] === letter) at++;
      else throw mismatch;
      continue;
    }
    const what = full[++index] ?? "";
    const number = numbers[what];
    if (number !== undefined) {
      const [part, digits, shift] = number;
      const found = Number(read(new RegExp(`^ *\\d{1,${digits}}`))) + shift;
      // A day of the year is days from January on.
      if (part === 7) [parts[1], parts[2]] = [0, found + 1];
      else parts[part] = found;
    } else if (what === "Z") read(/^[A-Za-z]+/);
    // As in C, an offset is read and has no effect.
    else if (what === "z") read(/^(?:Z|[+-]\d{2}:?\d{2})/);
    else if (what === "s") epoch = Number(read(/^-?\d+/));
    else if (what === "y") {
      const short = Number(read(/^\d{2}/));
      parts[0] = short < 69 ? 2000 + short : 1900 + short;
    } else if (what === "I") parts[3] = Number(read(/^ *\d{1,2}/)) % 12;
    else if (what === "p") afternoon = read(/^(?:AM|PM)/i).toUpperCase() === "PM";
    else if (what === "B" || what === "b" || what === "h")
      parts[1] = named(read(/^[A-Za-z]+/), months, mismatch);
    else if (what === "A" || what === "a") named(read(/^[A-Za-z]+/), weekdays, mismatch);
    else if (what === "%") read(/^%/);
    else throw new JqError(`strptime/1 does not support %${what}`);
  }
  if (at < value.length) throw mismatch;
  if (afternoon) parts[3]! += 12;
  if (epoch !== undefined) return gmtime(epoch);
  return gmtime(mktime(parts));
}

function named(text: string, names: readonly string[], mismatch: JqError): number {
  const wanted = text.toLowerCase();
  const found = names.findIndex(
    (name) => name.toLowerCase() === wanted || name.slice(0, 3).toLowerCase() === wanted,
  );
  if (found < 0) throw mismatch;
  return found;
}
