// The output members that a REST response carries outside its body: status and
// headers, by closures compiled once per shape. Errors are bound the same way.

import type { Member, StructureShape } from "../../../model/shapes.ts";
import { compiled } from "../compiled.ts";
import { textWriter } from "../values/scalars.ts";
import { joinHeaderList } from "./header-list.ts";
import { inHeader } from "./scalar-forms.ts";

export type ResponseHeaders = Record<string, string | readonly string[]>;
type Output = Readonly<Record<string, unknown>>;
type Write = (output: Output, headers: ResponseHeaders) => void;

interface Bindings {
  readonly writes: readonly Write[];
  readonly statusMember: string | undefined;
}

const bindingsOf = compiled(compile);

/** Sets all bound headers; returns the status that the output asks for, or the modelled one. */
export function writeBindings(
  shape: StructureShape,
  output: object,
  headers: ResponseHeaders,
  status: number,
): number {
  const { writes, statusMember } = bindingsOf(shape);
  for (const write of writes) write(output as Output, headers);
  const chosen = statusMember === undefined ? undefined : (output as Output)[statusMember];
  return typeof chosen === "number" ? chosen : status;
}

function compile(shape: StructureShape): Bindings {
  const writes: Write[] = [];
  let statusMember: string | undefined;
  for (const member of shape.members.values()) {
    if (member.location === "header") writes.push(header(member));
    else if (member.location === "headers") writes.push(headers(member));
    else if (member.location === "statusCode") statusMember = member.name;
  }
  return { writes, statusMember };
}

function header(member: Member): Write {
  const key = member.wireName.toLowerCase();
  const { name } = member;
  const write = headerWriter(member);
  return (output, headers) => {
    const value = output[name];
    if (value !== undefined && value !== null) headers[key] = headerText(write(value));
  };
}

function headerWriter(member: Member): (value: unknown) => string {
  const { shape } = member;
  if (member.jsonValue === true || (shape.kind === "string" && shape.jsonValue === true)) {
    return (value) => Buffer.from(String(value)).toString("base64");
  }
  if (shape.kind !== "list") return textWriter(shape, member, inHeader);
  const write = textWriter(shape.member.shape, shape.member, inHeader);
  const quotes = shape.member.shape.kind !== "timestamp";
  return (value) => joinHeaderList((value as readonly unknown[]).map(write), quotes);
}

function headers(member: Member): Write {
  return (output, headers) => {
    const map = output[member.name];
    if (typeof map !== "object" || map === null) return;
    for (const [key, value] of Object.entries(map)) {
      if (value !== undefined && value !== null) headers[member.wireName + key] = headerText(String(value));
    }
  };
}

/** What a header cannot hold travels as an RFC 2047 word: so S3 returns metadata beyond Latin-1. */
function headerText(text: string): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text)
    ? text
    : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}
