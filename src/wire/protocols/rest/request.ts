// The input members that a REST request carries outside its body: path labels,
// query parameters and headers, by closures compiled once per operation.

import type { HttpRequest } from "../../../core/http.ts";
import type { Member, StructureShape } from "../../../model/shapes.ts";
import { queryParameters } from "../../query-string.ts";
import { bufferOf } from "../base64.ts";
import { compiled } from "../compiled.ts";
import { setOwn } from "../own-property.ts";
import { textReader } from "../scalars.ts";
import { Unreadable } from "../unreadable.ts";
import { splitHeaderDates, splitHeaderList } from "./header-list.ts";

type Labels = Readonly<Record<string, string>>;
type Input = Record<string, unknown>;
type Read = (input: Input, request: HttpRequest, labels: Labels) => void;

const readsOf = compiled(compile);

/** Sets all bound members on `input`. Throws `Unreadable`. */
export function readBindings(
  shape: StructureShape,
  request: HttpRequest,
  labels: Labels,
  input: Input,
): void {
  for (const read of readsOf(shape)) read(input, request, labels);
}

function compile(shape: StructureShape): readonly Read[] {
  const reads: Read[] = [];
  const parameters: Member[] = [];
  for (const member of shape.members.values()) {
    switch (member.location) {
      case "uri":
        reads.push(label(member));
        break;
      case "querystring":
        parameters.push(member);
        break;
      case "header":
        reads.push(header(member));
        break;
      case "headers":
        reads.push(headers(member));
        break;
      default:
    }
  }
  if (parameters.length > 0) reads.push(query(parameters));
  return reads;
}

function label(member: Member): Read {
  const read = textReader(member.shape);
  return (input, _request, labels) => {
    const text = labels[member.wireName];
    if (text !== undefined) input[member.name] = read(text);
  };
}

function header(member: Member): Read {
  const { name, shape } = member;
  const key = member.wireName.toLowerCase();
  const read = headerReader(member);
  return (input, request) => {
    const text = request.headers[key];
    // An empty header is no value, unless the value is a text, which may be empty.
    if (text === undefined || (text === "" && shape.kind !== "string")) return;
    input[name] = read(text);
  };
}

function headerReader(member: Member): (text: string) => unknown {
  const { shape } = member;
  if (member.jsonValue === true || (shape.kind === "string" && shape.jsonValue === true)) {
    return (text) => Buffer.from(text, "base64").toString();
  }
  if (shape.kind !== "list") return textReader(shape);
  const read = textReader(shape.member.shape);
  const split = shape.member.shape.kind === "timestamp" ? splitHeaderDates : splitHeaderList;
  return (text) => split(text).map(read);
}

/** `x-amz-meta-*`: from the raw headers, since the rest of the name keeps its case. */
function headers(member: Member): Read {
  const prefix = member.wireName.toLowerCase();
  return (input, { rawHeaders }) => {
    const map: Record<string, unknown> = {};
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      const name = rawHeaders[at] as string;
      if (!name.toLowerCase().startsWith(prefix)) continue;
      const key = name.slice(prefix.length);
      const value = rawHeaders[at + 1] as string;
      const before = Object.hasOwn(map, key) ? map[key] : undefined;
      setOwn(map, key, before === undefined ? value : `${before}, ${value}`);
    }
    if (Object.keys(map).length > 0) input[member.name] = map;
  };
}

function query(members: readonly Member[]): Read {
  const named = new Map<string, (input: Input, value: string) => void>();
  const maps: Member[] = [];
  for (const member of members) {
    if (member.shape.kind === "map") maps.push(member);
    else named.set(member.wireName, parameter(member));
  }
  return (input, request) => {
    if (request.query === "") return;
    for (const [name, value] of queryParameters(request.query)) {
      const read = named.get(name);
      if (read !== undefined) read(input, value);
      else for (const member of maps) addToMap(input, member, name, value);
    }
  };
}

function parameter(member: Member): (input: Input, value: string) => void {
  const { name, shape } = member;
  if (shape.kind === "list") {
    const read = textReader(shape.member.shape);
    return (input, value) => {
      if (input[name] === undefined) input[name] = [];
      (input[name] as unknown[]).push(read(value));
    };
  }
  const read = textReader(shape);
  return (input, value) => {
    // `?maxKeys=` is an absent number, `?prefix=` an empty text.
    if (value === "" && shape.kind !== "string") return;
    if (Object.hasOwn(input, name)) throw new Unreadable(`The parameter ${member.wireName} is given twice.`);
    input[name] = read(value);
  };
}

/** A map of query parameters takes what no other member is bound to. */
function addToMap(input: Input, member: Member, key: string, value: string): void {
  const { shape } = member;
  if (shape.kind !== "map") return;
  if (input[member.name] === undefined) input[member.name] = {};
  const map = input[member.name] as Record<string, unknown>;
  if (shape.value.shape.kind !== "list") setOwn(map, key, value);
  else if (Object.hasOwn(map, key)) (map[key] as unknown[]).push(value);
  else setOwn(map, key, [value]);
}

/** A body that is one text or blob member. */
export function readTextPayload(member: Member, body: Uint8Array): unknown {
  return member.shape.kind === "string" ? bufferOf(body).toString() : body;
}
