// The input members that a REST request carries outside its body: path labels,
// query parameters and headers, by closures compiled once per operation.

import type { HttpRequest } from "../../../core/http.ts";
import type { Member, OperationModel } from "../../../model/shapes.ts";
import { queryParameter, queryParameters } from "../../query-string.ts";
import { compiled } from "../compiled.ts";
import { Unreadable } from "../unreadable.ts";
import { bufferOf } from "../values/base64.ts";
import { setOwn } from "../values/own-property.ts";
import { textReader } from "../values/scalars.ts";
import { splitHeaderDates, splitHeaderList } from "./header-list.ts";

type Labels = Readonly<Record<string, string>>;
type Input = Record<string, unknown>;
type Read = (input: Input, request: HttpRequest, labels: Labels) => void;

const readsOf = compiled(compile);

/** Sets all bound members on `input`. Throws `Unreadable`. */
export function readBindings(
  operation: OperationModel,
  request: HttpRequest,
  labels: Labels,
  input: Input,
): void {
  for (const read of readsOf(operation)) read(input, request, labels);
}

function compile({ http, input }: OperationModel): readonly Read[] {
  const reads: Read[] = [];
  const parameters: Member[] = [];
  for (const member of input?.members.values() ?? []) {
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
  if (parameters.length > 0) reads.push(query(parameters, constantParameters(http.uri)));
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
  const hoistable = key.startsWith("x-amz-");
  const read = headerReader(member);
  return (input, request) => {
    let text = request.headers[key];
    if (text === undefined && hoistable && isPresigned(request)) text = queryParameter(request.query, key);
    // An empty header is no value, unless the value is a text, which may be empty.
    if (text === undefined || (text === "" && shape.kind !== "string")) return;
    input[name] = read(text);
  };
}

/** Presigning clients hoist `x-amz-` headers into the signed query, since nobody will send them. */
function isPresigned(request: HttpRequest): boolean {
  return request.query.includes("X-Amz-Signature=");
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
  return (input, request) => {
    const map: Record<string, unknown> = {};
    const { rawHeaders } = request;
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      addHeader(map, prefix, rawHeaders[at] as string, rawHeaders[at + 1] as string);
    }
    if (isPresigned(request) && prefix.startsWith("x-amz-")) {
      for (const [key, value] of queryParameters(request.query)) addHeader(map, prefix, key, value);
    }
    if (Object.keys(map).length > 0) input[member.name] = map;
  };
}

function addHeader(map: Record<string, unknown>, prefix: string, name: string, value: string): void {
  if (!name.toLowerCase().startsWith(prefix)) return;
  const key = name.slice(prefix.length);
  const before = Object.hasOwn(map, key) ? map[key] : undefined;
  setOwn(map, key, before === undefined ? value : `${before}, ${value}`);
}

/** `?mode=import` in the model's path selects the operation; it is no one's member. */
function constantParameters(uri: string): ReadonlySet<string> {
  const mark = uri.indexOf("?");
  return new Set(mark < 0 ? [] : queryParameters(uri.slice(mark + 1)).map(([name]) => name));
}

function query(members: readonly Member[], constants: ReadonlySet<string>): Read {
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
      else if (!constants.has(name)) for (const member of maps) addToMap(input, member, name, value);
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
