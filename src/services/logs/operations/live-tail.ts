// StartLiveTail: what arrives in some groups, as it arrives, for up to three hours.

import type { Waiting } from "../../../core/waiting.ts";
import type {
  LiveTailSessionLogEvent,
  StartLiveTailResponseStream,
} from "../../../model/generated/logs.d.ts";
import { messageFilter } from "../filter-pattern.ts";
import { eventRange, readEvent } from "../log-event.ts";
import { existingGroup, groupArn } from "../log-group.ts";
import { LogStream } from "../log-stream.ts";
import type { Input, Output } from "../model.ts";

const sessionMilliseconds = 3 * 3_600_000;
/** AWS sends an update every second, with at most 500 events. */
const updateMilliseconds = 1000;
const maximumEvents = 500;
const chunk = 1000;

export const startLiveTail = {
  waits: async (input: Input<"StartLiveTail">, ctx: Waiting): Promise<Output<"StartLiveTail">> => {
    const matches = messageFilter(input.logEventFilterPattern);
    const groups = await ctx.atomically((tx) =>
      Promise.all(input.logGroupIdentifiers.map((identifier) => existingGroup(tx, identifier))),
    );
    const sessionId = ctx.ids.uuid();
    return { responseStream: session(input, ctx, groups, matches, sessionId) };
  },
};

async function* session(
  input: Input<"StartLiveTail">,
  ctx: Waiting,
  groups: readonly { readonly id: string; readonly name: string }[],
  matches: (message: string) => boolean,
  sessionId: string,
): AsyncGenerator<StartLiveTailResponseStream> {
  yield { sessionStart: { ...input, requestId: ctx.requestId, sessionId } };
  const end = ctx.now() + sessionMilliseconds;
  const seen = new Map<string, string>();
  const began = ctx.now();
  while (!ctx.signal.aborted && ctx.now() < end) {
    const fresh = await ctx.atomically(async (tx) => {
      const events: LiveTailSessionLogEvent[] = [];
      for (const group of groups) {
        for (const stream of await tx.all(LogStream, [group.id])) {
          if ((stream.lastIngestionTime ?? 0) < began || !wanted(input, stream.name)) continue;
          const name = `${group.id}/${stream.name}`;
          const range = eventRange(tx, group.id, stream.name, { startTime: began });
          const entries = await tx.raw.scan(
            { start: seen.get(name) ?? range.start, end: range.end },
            { limit: chunk },
          );
          if (entries.length > 0) seen.set(name, `${entries.at(-1)!.key}\x00`);
          for (const { timestamp, ingestionTime, message } of entries.map(readEvent)) {
            const logGroupIdentifier = groupArn(group.name, tx);
            if (matches(message))
              events.push({
                logStreamName: stream.name,
                logGroupIdentifier,
                message,
                timestamp,
                ingestionTime,
              });
          }
        }
      }
      return events;
    });
    const sampled = fresh.length > maximumEvents;
    yield { sessionUpdate: { sessionMetadata: { sampled }, sessionResults: fresh.slice(0, maximumEvents) } };
    await ctx.sleepUntil(ctx.now() + updateMilliseconds);
  }
}

function wanted(input: Input<"StartLiveTail">, stream: string): boolean {
  if (input.logStreamNames !== undefined) return input.logStreamNames.includes(stream);
  return input.logStreamNamePrefixes?.some((prefix) => stream.startsWith(prefix)) ?? true;
}
