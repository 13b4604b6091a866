// The functions of jq that are written here: each makes one value of its input
// and of the values of its parameters.

import { JqError, type Json } from "./syntax.ts";
import { jsonOf, textOf } from "./text.ts";
import { gmtime, mktime, strftime, strptime } from "./time.ts";
import {
  compare,
  contains,
  indices,
  isArray,
  isObject,
  type JsonObject,
  shown,
  sortedKeys,
  typeOf,
} from "./values.ts";

type Native = (input: Json, ...given: Json[]) => Json;

const array = (value: Json, what: string): readonly Json[] => {
  if (!isArray(value)) throw new JqError(`${shown(value)} cannot be ${what}, as it is not an array`);
  return value;
};

const text = (value: Json, name: string): string => {
  if (typeof value !== "string") throw new JqError(`${name} input must be a string`);
  return value;
};

const math = (f: (value: number) => number): Native => {
  return (input) => {
    if (typeof input !== "number") throw new JqError(`${shown(input)} number required`);
    return f(input);
  };
};

const math2 = (f: (one: number, other: number) => number): Native => {
  return (_input, one = null, other = null) => {
    if (typeof one !== "number" || typeof other !== "number") throw new JqError("number required");
    return f(one, other);
  };
};

function length(value: Json): Json {
  if (value === null) return 0;
  if (typeof value === "number") return Math.abs(value);
  if (typeof value === "string") return [...value].length;
  if (isArray(value)) return value.length;
  if (isObject(value)) return Object.keys(value).length;
  throw new JqError(`${shown(value)} has no length`);
}

function keys(value: Json, sorted: boolean): Json {
  if (isArray(value)) return value.map((_each, at) => at);
  if (isObject(value)) return sorted ? sortedKeys(value) : Object.keys(value);
  throw new JqError(`${shown(value)} has no keys`);
}

function has(value: Json, key: Json): boolean {
  if (isObject(value) && typeof key === "string") return Object.hasOwn(value, key);
  if (isArray(value) && typeof key === "number") return key >= 0 && key < value.length;
  throw new JqError(`Cannot check whether ${typeOf(value)} has a ${typeOf(key)} key`);
}

function tonumber(value: Json): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(value))
    return Number(value);
  throw new JqError(`${shown(value)} cannot be parsed as a number`);
}

function flatten(value: Json, depth: Json): Json {
  if (typeof depth !== "number" || depth < 0) throw new JqError("flatten depth must not be negative");
  const flat = (values: readonly Json[], left: number): Json[] =>
    values.flatMap((each) => (isArray(each) && left > 0 ? flat(each, left - 1) : [each]));
  return flat(array(value, "flattened"), depth);
}

function join(value: Json, separator: Json): Json {
  const all = array(value, "joined");
  if (all.length === 0) return "";
  return all
    .map((each) => {
      if (typeof each === "object" && each !== null) throw new JqError(`Cannot join with ${typeOf(each)}`);
      return each === null ? "" : textOf(each);
    })
    .join(text(separator, "join"));
}

function unique(value: Json): Json {
  const sorted = array(value, "sorted").toSorted(compare);
  return sorted.filter((each, at) => at === 0 || compare(each, sorted[at - 1]!) !== 0);
}

function extreme(value: Json, sign: 1 | -1): Json {
  return array(value, "iterated over").reduce<Json>(
    (best, each, at) => (at === 0 || compare(each, best) * sign >= (sign > 0 ? 0 : 1) ? each : best),
    null,
  );
}

function fromjson(value: Json): Json {
  try {
    return JSON.parse(text(value, "fromjson")) as Json;
  } catch {
    throw new JqError(`${textOf(value)} (while parsing '${textOf(value)}')`);
  }
}

function getpath(value: Json, path: Json): Json {
  return array(path, "used as a path").reduce<Json>((inner, step) => {
    if (inner === null) return null;
    if (isObject(inner) && typeof step === "string") return inner[step] ?? null;
    if (isArray(inner) && typeof step === "number")
      return inner[step < 0 ? inner.length + step : step] ?? null;
    throw new JqError(`Cannot index ${typeOf(inner)} with ${typeOf(step)}`);
  }, value);
}

function transpose(value: Json): Json {
  const rows = array(value, "transposed").map((row) => array(row, "transposed"));
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  return Array.from({ length: width }, (_each, at) => rows.map((row) => row[at] ?? null));
}

function implode(value: Json): string {
  return array(value, "imploded")
    .map((each) => {
      if (typeof each !== "number" || !(each >= 0 && each <= 0x10ffff))
        throw new JqError("Unicode codepoint must be numeric");
      return String.fromCodePoint(each);
    })
    .join("");
}

function splitByPattern(value: Json, pattern: Json, flags: Json): Json {
  const whole = text(value, "split");
  const points = [...whole];
  const pieces: string[] = [];
  let at = 0;
  for (const match of matches(value, pattern, `${flags ?? ""}g`) as readonly JsonObject[]) {
    const offset = match.offset as number;
    pieces.push(points.slice(at, offset).join(""));
    at = offset + (match.length as number);
  }
  pieces.push(points.slice(at).join(""));
  return pieces;
}

/** All matches as jq describes them; offsets count code points. */
function matches(value: Json, pattern: Json, flags: Json): Json {
  if (typeof value !== "string")
    throw new JqError(`${shown(value)} cannot be matched, as it is not a string`);
  if (isArray(pattern)) return matches(value, pattern[0] ?? null, pattern[1] ?? null);
  if (typeof pattern !== "string")
    throw new JqError(`${shown(pattern)} cannot be matched, as it is not a string`);
  const given = flags === null ? "" : text(flags, "flags");
  const wrong = [...given].find((letter) => !"gimnpslx".includes(letter));
  if (wrong !== undefined) throw new JqError(`${given} is not a valid modifier string`);
  const expression = compiled(pattern, given);
  const found: Json[] = [];
  for (const match of value.matchAll(expression)) {
    if (match[0] !== "" || !given.includes("n")) found.push(described(value, match));
    if (!given.includes("g")) break;
  }
  return found;
}

function compiled(pattern: string, flags: string): RegExp {
  const source = flags.includes("x")
    ? pattern.replace(/\\.|\s+|#.*$/gms, (part) => (part.startsWith("\\") ? part : ""))
    : pattern;
  const dotAll = flags.includes("s") || flags.includes("p");
  try {
    return new RegExp(source, `gdu${flags.includes("i") ? "i" : ""}${dotAll ? "s" : ""}m`);
  } catch {
    try {
      return new RegExp(source, `gd${flags.includes("i") ? "i" : ""}${dotAll ? "s" : ""}m`);
    } catch (error) {
      throw new JqError(`${pattern} (at offset 0) is not a valid regex: ${(error as Error).message}`);
    }
  }
}

function described(value: string, match: RegExpMatchArray): Json {
  const points = (from: number, to: number): number => [...value.slice(from, to)].length;
  const names = Object.keys(match.groups ?? {});
  const ranges = match.indices ?? [];
  const captures = match.slice(1).map((string, at) => {
    const range = ranges[at + 1];
    const name = names.find((each) => match.indices?.groups?.[each] === range && range !== undefined);
    const own = name ?? nameAt(names, match, at);
    if (string === undefined || range === undefined)
      return { offset: -1, length: 0, string: null, name: own };
    return { offset: points(0, range[0]), length: points(range[0], range[1]), string, name: own };
  });
  const start = match.index ?? 0;
  return {
    offset: points(0, start),
    length: points(start, start + match[0].length),
    string: match[0],
    captures,
  };
}

/** Where every group has a name they are in order. */
function nameAt(names: readonly string[], match: RegExpMatchArray, at: number): string | null {
  return names.length === match.length - 1 ? (names[at] ?? null) : null;
}

function captured(value: Json): Json {
  const { captures = [] } = value as { readonly captures?: readonly JsonObject[] };
  return Object.fromEntries(
    captures.flatMap(({ name, string }) => (typeof name === "string" ? [[name, string ?? null]] : [])),
  );
}

const trim = (value: Json, part: Json, side: "left" | "right"): Json => {
  if (typeof value !== "string" || typeof part !== "string") return value;
  if (side === "left") return value.startsWith(part) ? value.slice(part.length) : value;
  return part !== "" && value.endsWith(part) ? value.slice(0, -part.length) : value;
};

/** By name and number of parameters. */
export const natives: Readonly<Record<string, Native>> = {
  "length/0": length,
  "utf8bytelength/0": (input) => {
    if (typeof input !== "string") throw new JqError(`${shown(input)} only strings have UTF-8 byte length`);
    return Buffer.byteLength(input);
  },
  "keys/0": (input) => keys(input, true),
  "keys_unsorted/0": (input) => keys(input, false),
  "has/1": (input, key = null) => has(input, key),
  "contains/1": (input, part = null) => contains(input, part),
  "type/0": typeOf,
  "tostring/0": textOf,
  "tonumber/0": tonumber,
  "tojson/0": jsonOf,
  "fromjson/0": fromjson,
  "flatten/1": (input, depth = null) => flatten(input, depth),
  "sort/0": (input) => array(input, "sorted").toSorted(compare),
  "unique/0": unique,
  "min/0": (input) => extreme(input, -1),
  "max/0": (input) => extreme(input, 1),
  "reverse/0": (input) =>
    input === null
      ? []
      : typeof input === "string"
        ? [...input].reverse().join("")
        : array(input, "reversed").toReversed(),
  "transpose/0": transpose,
  "join/1": (input, separator = null) => join(input, separator),
  "split/1": (input, separator = null) => {
    if (typeof input !== "string" || typeof separator !== "string")
      throw new JqError("split input and separator must be strings");
    return input === "" ? [] : separator === "" ? [...input] : input.split(separator);
  },
  "split/2": (input, pattern = null, flags = null) => splitByPattern(input, pattern, flags),
  "startswith/1": (input, part = null) => {
    if (typeof input !== "string" || typeof part !== "string")
      throw new JqError("startswith() requires string inputs");
    return input.startsWith(part);
  },
  "endswith/1": (input, part = null) => {
    if (typeof input !== "string" || typeof part !== "string")
      throw new JqError("endswith() requires string inputs");
    return input.endsWith(part);
  },
  "ltrimstr/1": (input, part = null) => trim(input, part, "left"),
  "rtrimstr/1": (input, part = null) => trim(input, part, "right"),
  "explode/0": (input) => [...text(input, "explode")].map((letter) => letter.codePointAt(0)!),
  "implode/0": implode,
  "ascii_downcase/0": (input) =>
    text(input, "ascii_downcase").replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  "ascii_upcase/0": (input) =>
    text(input, "ascii_upcase").replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  "indices/1": (input, part = null) => indices(input, part),
  "index/1": (input, part = null) => (indices(input, part) as readonly number[] | null)?.[0] ?? null,
  "rindex/1": (input, part = null) => (indices(input, part) as readonly number[] | null)?.at(-1) ?? null,
  "getpath/1": (input, path = null) => getpath(input, path),
  "_match/2": (input, pattern = null, flags = null) => matches(input, pattern, flags),
  "_captured/0": captured,
  "gmtime/0": gmtime,
  "localtime/0": gmtime,
  "mktime/0": mktime,
  "strftime/1": (input, form = null) => strftime(input, form),
  "strflocaltime/1": (input, form = null) => strftime(input, form),
  "strptime/1": (input, form = null) => strptime(input, form),
  "infinite/0": () => Number.POSITIVE_INFINITY,
  "nan/0": () => Number.NaN,
  "isinfinite/0": (input) => input === Number.POSITIVE_INFINITY || input === Number.NEGATIVE_INFINITY,
  "isnan/0": (input) => Number.isNaN(input),
  "isnormal/0": (input) => typeof input === "number" && Number.isFinite(input) && input !== 0,
  "debug/0": (input) => input,
  "floor/0": math(Math.floor),
  "ceil/0": math(Math.ceil),
  "round/0": math((value) => Math.sign(value) * Math.round(Math.abs(value))),
  "trunc/0": math(Math.trunc),
  "fabs/0": math(Math.abs),
  "sqrt/0": math(Math.sqrt),
  "exp/0": math(Math.exp),
  "exp2/0": math((value) => 2 ** value),
  "exp10/0": math((value) => 10 ** value),
  "log/0": math(Math.log),
  "log2/0": math(Math.log2),
  "log10/0": math(Math.log10),
  "pow/2": math2((one, other) => one ** other),
  "fmin/2": math2(Math.min),
  "fmax/2": math2(Math.max),
};
