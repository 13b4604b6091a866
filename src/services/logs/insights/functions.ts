// The functions of queries that look at one row.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html

import type { QueryTime } from "./evaluate.ts";
import { fieldOf, type Row, type Value } from "./row.ts";

type Given = readonly (Value | undefined)[];
type QueryFunction = (given: Given, row: Row, time: QueryTime) => Value | undefined;

const text =
  (make: (value: string, ...more: string[]) => Value | undefined): QueryFunction =>
  ([first, ...rest]) =>
    first === undefined ? undefined : make(String(first), ...rest.map((each) => String(each ?? "")));

const number =
  (make: (...values: number[]) => number): QueryFunction =>
  (given) => {
    const values = given.map((each) => Number(each));
    if (given.includes(undefined) || values.some(Number.isNaN)) return undefined;
    const value = make(...values);
    return Number.isFinite(value) ? value : undefined;
  };

const trimmed = (value: string, letters: string, side: RegExp): string => {
  if (letters === "") return value.replace(side.source.startsWith("^") ? /^\s+/ : /\s+$/, "");
  let [start, end] = [0, value.length];
  if (side.source.startsWith("^")) while (start < end && letters.includes(value[start]!)) start++;
  else while (end > start && letters.includes(value[end - 1]!)) end--;
  return value.slice(start, end);
};

const isIPv4 = (address: string): boolean =>
  /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(address);

/** As a URL's host would be. */
const isIPv6 = (address: string): boolean =>
  /^[\da-fA-F:.]+$/.test(address) && URL.canParse(`http://[${address}]/`);

function inSubnet(address: string, subnet: string): boolean {
  const [base = "", length = "32"] = subnet.split("/");
  if (!isIPv4(address) || !isIPv4(base)) return false;
  const whole = (ip: string): number => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  return Math.floor(whole(address) / size) === Math.floor(whole(base) / size);
}

const floored = (at: number, period: number): number => Math.floor(at / period) * period;

export const functions: Readonly<Record<string, QueryFunction>> = {
  abs: number(Math.abs),
  ceil: number(Math.ceil),
  floor: number(Math.floor),
  greatest: number(Math.max),
  least: number(Math.min),
  log: number(Math.log),
  sqrt: number(Math.sqrt),
  ispresent: ([value]) => value !== undefined,
  coalesce: (given) => given.find((each) => each !== undefined),
  isempty: ([value]) => value === undefined || value === "",
  isblank: ([value]) => value === undefined || String(value).trim() === "",
  concat: (given) => given.map((each) => String(each ?? "")).join(""),
  strlen: text((value) => [...value].length),
  toupper: text((value) => value.toUpperCase()),
  tolower: text((value) => value.toLowerCase()),
  trim: text((value, letters = "") => trimmed(trimmed(value, letters, /^/), letters, /$/)),
  ltrim: text((value, letters = "") => trimmed(value, letters, /^/)),
  rtrim: text((value, letters = "") => trimmed(value, letters, /$/)),
  substr: text((value, from = "0", length) =>
    value.substring(Number(from), length === undefined ? undefined : Number(from) + Number(length)),
  ),
  replace: text((value, part = "", by = "") => (part === "" ? value : value.replaceAll(part, by))),
  strcontains: text((value, part = "") => (value.includes(part) ? 1 : 0)),
  bin: ([period], row) => {
    const at = fieldOf(row, "@timestamp");
    if (typeof at !== "number" || typeof period !== "number" || period <= 0) return undefined;
    return floored(at, period);
  },
  datefloor: number((at, period) => floored(at, period!)),
  dateceil: number((at, period) => Math.ceil(at! / period!) * period!),
  frommillis: number((at) => at),
  tomillis: number((at) => at),
  now: (_given, _row, { now }) => Math.floor(now / 1000),
  isvalidip: text((value) => isIPv4(value) || isIPv6(value)),
  isvalidipv4: text((value) => isIPv4(value)),
  isvalidipv6: text((value) => isIPv6(value)),
  isipv4insubnet: text((value, subnet = "") => inSubnet(value, subnet)),
  isipinsubnet: text((value, subnet = "") => inSubnet(value, subnet)),
};

/** Those whose values are moments, and are shown as such. */
export const timeFunctions: ReadonlySet<string> = new Set(["bin", "datefloor", "dateceil", "frommillis"]);
