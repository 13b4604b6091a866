// What a member says about itself, reduced to what differs from the default.

import type { MemberTraits } from "../../src/model/format.ts";
import type { XmlNamespace } from "../../src/model/shapes.ts";
import type { BotocoreReference, BotocoreService } from "./botocore.ts";

/** The object without its undefined members. */
export function present<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}

export function xmlNamespace(source: string | XmlNamespace | undefined): XmlNamespace | undefined {
  if (source === undefined) return undefined;
  if (typeof source === "string") return { uri: source };
  return { uri: source.uri, ...present({ prefix: source.prefix }) };
}

/**
 * botocore lays a member's words over those of the shape it refers to, so a
 * shape's own `locationName` and `xmlNamespace` count where the member is silent.
 */
export function memberTraits(name: string, own: BotocoreReference, source: BotocoreService): MemberTraits {
  const target = source.shapes[own.shape];
  const wireName = own.locationName ?? target?.locationName ?? name;
  const flag = (value: boolean | undefined) => (value ? (true as const) : undefined);
  return present({
    w: wireName === name ? undefined : wireName,
    l: own.location as MemberTraits["l"],
    queryName: own.queryName,
    xmlAttribute: flag(own.xmlAttribute),
    flattened: flag(own.flattened),
    xmlNamespace: xmlNamespace(own.xmlNamespace ?? target?.xmlNamespace),
    timestampFormat: own.timestampFormat as MemberTraits["timestampFormat"],
    idempotencyToken: flag(own.idempotencyToken),
    hostLabel: flag(own.hostLabel),
    jsonValue: flag(own.jsonvalue),
    eventPayload: flag(own.eventpayload),
    eventHeader: flag(own.eventheader),
    sensitive: flag(own.sensitive),
  }) as MemberTraits;
}
