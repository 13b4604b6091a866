// GetLogEvents: one stream, forwards or backwards. Its tokens are places in the
// stream, so that reading on at the end gives the same token until more comes.

import type { Key, Range } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { afterKey, allEvents, eventRange, readEvent } from "../log-event.ts";
import { existingGroup, oneIdentifier } from "../log-group.ts";
import { existingStream } from "../log-stream.ts";
import { type Input, invalid, type Output } from "../model.ts";

/** What a page holds at most, in messages and in bytes. */
const maximumEvents = 10_000;
const maximumBytes = 1_048_576;

export async function getLogEvents(
  input: Input<"GetLogEvents">,
  tx: Transaction,
): Promise<Output<"GetLogEvents">> {
  const group = await existingGroup(tx, oneIdentifier(input));
  const stream = await existingStream(tx, group, input.logStreamName);
  const whole = eventRange(tx, group.id, stream.name, input);
  const base = allEvents(tx, group.id, stream.name).start;
  const place = input.nextToken === undefined ? undefined : readToken(base, input.nextToken);
  const forward = place === undefined ? (input.startFromHead ?? false) : place.forward;
  const range = narrowed(whole, place);
  const found = await tx.raw.scan(range, { limit: input.limit ?? maximumEvents, reverse: !forward });
  const entries = withinBytes(found);
  const ordered = forward ? entries : [...entries].reverse();
  const first = ordered[0]?.key ?? place?.key ?? (forward ? range.start : range.end);
  const last = ordered.at(-1) === undefined ? first : afterKey(ordered.at(-1)!.key);
  return {
    events: ordered
      .map(readEvent)
      .map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: token("f", base, last),
    nextBackwardToken: token("b", base, first),
  };
}

interface TokenPlace {
  readonly forward: boolean;
  readonly key: Key;
}

function token(direction: "f" | "b", base: Key, key: Key): string {
  return `${direction}/${Buffer.from(key.slice(base.length), "latin1").toString("hex")}`;
}

function readToken(base: Key, text: string): TokenPlace {
  const found = /^([fb])\/((?:[0-9a-f]{2})*)$/.exec(text);
  if (found === null) throw invalid("The specified nextToken is invalid.");
  return { forward: found[1] === "f", key: base + Buffer.from(found[2]!, "hex").toString("latin1") };
}

function narrowed(range: Range, place: TokenPlace | undefined): Range {
  if (place === undefined) return range;
  return place.forward
    ? { start: place.key > range.start ? place.key : range.start, end: range.end }
    : { start: range.start, end: place.key < range.end ? place.key : range.end };
}

function withinBytes<T extends { readonly value: Uint8Array }>(entries: readonly T[]): readonly T[] {
  let bytes = 0;
  const end = entries.findIndex(({ value }, at) => {
    bytes += value.length;
    return bytes > maximumBytes && at > 0;
  });
  return end < 0 ? entries : entries.slice(0, end);
}
