// The functions of jq that are written in jq itself.

import { parseDefinitions } from "./parse.ts";
import type { Definition } from "./syntax.ts";

const source = `
def not: if . then false else true end;
def select(f): if f then . else empty end;
def map(f): [.[] | f];
def map_values(f): if type == "array" then [.[] | first(f)] else . as $in | reduce keys_unsorted[] as $key ({}; . + ([$in[$key] | f] | if length > 0 then {($key): .[0]} else {} end)) end;
def recurse: ..;
def recurse(f): def r: ., (f | r); r;
def recurse(f; condition): def r: ., (f | select(condition) | r); r;
def recurse_down: ..;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type == "array" or type == "object");
def scalars: select(type != "array" and type != "object");
def finites: select(isinfinite or isnan | not);
def normals: select(isnormal);
def error: error(.);
def range($end): range(0; $end);
def range($from; $to; $by):
  if $by > 0 then $from | recurse(. + $by; . < $to) | select(. < $to)
  elif $by < 0 then $from | recurse(. + $by; . > $to) | select(. > $to)
  else empty end;
def while(condition; update): def w: if condition then ., (update | w) else empty end; w;
def until(condition; update): def u: if condition then . else update | u end; u;
def repeat(f): def r: ., (f | r); r;
def add: reduce .[] as $each (null; . + $each);
def any: reduce .[] as $each (false; . or $each);
def all: reduce .[] as $each (true; . and $each);
def any(f): [.[] | f] | any;
def all(f): [.[] | f] | all;
def any(generator; f): [generator | f] | any;
def all(generator; f): [generator | f] | all;
def in(whole): . as $key | whole | has($key);
def inside(whole): . as $part | whole | contains($part);
def to_entries: [keys_unsorted[] as $key | {key: $key, value: .[$key]}];
def from_entries: reduce .[] as $each ({}; . + {(
  ($each | if type == "object" then (if has("key") then .key elif has("k") then .k elif has("name") then .name
    elif has("Name") then .Name elif has("Key") then .Key elif has("K") then .K else null end) else . end)
  | if type == "string" then . else tojson end
): ($each | if has("value") then .value elif has("Value") then .Value elif has("v") then .v else null end)});
def with_entries(f): to_entries | map(f) | from_entries;
def first: .[0];
def last: .[-1];
def nth($at): .[$at];
def last(f): reduce f as $each (null; $each);
def nth($at; f): if $at < 0 then error("Out of bounds negative array index") else last(limit($at + 1; f)) end;
def flatten: flatten(1e9);
def walk(f): def w: if type == "object" then . as $in | reduce keys_unsorted[] as $key ({}; . + {($key): ($in[$key] | w)}) | f
  elif type == "array" then map(w) | f else f end; w;
def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def date: todate;
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def todateiso8601: todate;
def fromdate: fromdateiso8601;
def dateadd(unit; $amount): . + $amount;
def datesub(unit; $amount): . - $amount;
def match($pattern): match($pattern; null);
def match($pattern; $flags): _match($pattern; $flags)[];
def test($pattern): test($pattern; null);
def test($pattern; $flags): _match($pattern; $flags) | length > 0;
def capture($pattern): capture($pattern; null);
def capture($pattern; $flags): match($pattern; $flags) | _captured;
def scan($pattern): match($pattern; "g") | if (.captures | length) > 0 then [.captures[].string] else .string end;
def splits($pattern): splits($pattern; null);
def splits($pattern; $flags): split($pattern; $flags)[];
def sub($pattern; replacement): sub($pattern; replacement; "");
def sub($pattern; replacement; $flags): . as $in
  | [_match($pattern; $flags)[]] as $matches
  | reduce $matches[] as $match ({at: 0, text: ""};
      {at: ($match.offset + $match.length), text: (.text + $in[.at:$match.offset] + ($match | _captured | replacement))})
  | .text + $in[.at:];
def gsub($pattern; replacement): sub($pattern; replacement; "g");
def gsub($pattern; replacement; $flags): sub($pattern; replacement; $flags + "g");
def ascii: [.] | implode;
`;

let parsed: readonly Definition[] | undefined;

export function prelude(): readonly Definition[] {
  parsed ??= parseDefinitions(source);
  return parsed;
}
