// Queries: what was asked, how far they have come, and what was found, kept for
// seven days.

import { defineJob, type Job } from "../../../core/job.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { QueryStatistics, QueryStatus } from "../../../model/generated/logs.d.ts";
import { eventRange, readEvent } from "../log-event.ts";
import { LogGroup } from "../log-group.ts";
import { LogStream } from "../log-stream.ts";
import type { QueryTime } from "./evaluate.ts";
import { parseQuery } from "./parse.ts";
import type { Row } from "./row.ts";
import {
  columnsOf,
  mostResults,
  passAll,
  passOne,
  type ResultField,
  shownRow,
  splitCommands,
  timeColumns,
} from "./run.ts";
import type { Command } from "./syntax.ts";

type Statistics = { -readonly [K in keyof QueryStatistics]-?: number };

export interface QueryState {
  readonly id: string;
  readonly queryString: string;
  readonly groups: readonly string[];
  /** Epoch milliseconds, both inclusive. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly status: QueryStatus;
  readonly results: readonly (readonly ResultField[])[];
  readonly statistics: Readonly<Statistics>;
}

export const Query = defineResource<QueryState>()({
  service: "logs",
  type: "query",
  key: (query) => [query.id],
  indexes: { newest: (query) => [-query.createdAt] },
});

export const noStatistics: Readonly<Statistics> = {
  recordsMatched: 0,
  recordsScanned: 0,
  estimatedRecordsSkipped: 0,
  bytesScanned: 0,
  estimatedBytesSkipped: 0,
  logGroupsScanned: 0,
};

const keptMilliseconds = 7 * 86_400_000;
const chunk = 1000;
/** Rows that are kept for commands that need them all. */
const mostRows = 500_000;

export const runQuery: Job<{ readonly id: string }> = defineJob<{ readonly id: string }>({
  name: "logs.runQuery",
  run: {
    waits: async ({ id }, ctx) => {
      const query = await ctx.atomically((tx) => tx.get(Query, id));
      if (query?.status !== "Running") return;
      const found = await search(ctx, query);
      await ctx.atomically(async (tx) => {
        const current = await tx.get(Query, id);
        // Stopped meanwhile.
        if (current?.status !== "Running") return;
        tx.put(Query, { ...current, ...found, endedAt: tx.now });
        tx.enqueue(forgetQuery, { id }, { at: tx.now + keptMilliseconds });
      });
    },
  },
});

export const forgetQuery = defineJob<{ readonly id: string }>({
  name: "logs.forgetQuery",
  run: async ({ id }, tx) => tx.delete(Query, id),
});

async function search(
  ctx: Waiting,
  query: QueryState,
): Promise<Pick<QueryState, "results" | "statistics" | "status">> {
  const commands = parseQuery(query.queryString);
  const { each, rest } = splitCommands(commands);
  const time: QueryTime = { now: query.createdAt };
  const statistics: Statistics = { ...noStatistics, logGroupsScanned: query.groups.length };
  const rows: Row[] = [];
  for (const name of query.groups) {
    for await (const event of eventsOf(ctx, name, query)) {
      statistics.recordsScanned++;
      statistics.bytesScanned += event.message.length;
      const row = passOne({ values: new Map(), event }, each, time);
      if (row === undefined) continue;
      if (rows.push(row) > mostRows) return { results: [], statistics, status: "Failed" };
    }
  }
  statistics.recordsMatched = rows.length;
  if (!rest.some(({ type }) => type === "sort" || type === "stats")) newestFirst(rows);
  const limited = passAll(rows, rest, time).slice(0, query.limit);
  return { results: shownAll(limited, commands), statistics, status: "Complete" };
}

function newestFirst(rows: Row[]): void {
  rows.sort((one, other) => (other.event?.timestamp ?? 0) - (one.event?.timestamp ?? 0));
}

function shownAll(rows: readonly Row[], commands: readonly Command[]): QueryState["results"] {
  const columns = columnsOf(commands);
  const times = timeColumns(commands);
  return rows.slice(0, mostResults).map((row) => shownRow(row, columns, times));
}

/** Every event of the group in the query's time, a chunk a transaction. */
async function* eventsOf(ctx: Waiting, groupName: string, { from, to }: QueryState) {
  const log = `${ctx.account}:${groupName}`;
  const found = await ctx.atomically(async (tx) => {
    const group = await tx.get(LogGroup, groupName);
    return group && { group, streams: await tx.all(LogStream, [group.id]) };
  });
  for (const stream of found?.streams ?? []) {
    if ((stream.lastEventTimestamp ?? -1) < from) continue;
    let start: string | undefined;
    for (;;) {
      const entries = await ctx.atomically(async (tx) => {
        const range = eventRange(tx, found!.group.id, stream.name, { startTime: from, endTime: to + 1 });
        return tx.raw.scan({ start: start ?? range.start, end: range.end }, { limit: chunk });
      });
      for (const entry of entries) {
        const event = readEvent(entry);
        const place = [groupName, stream.name, event.timestamp, event.ingestionTime, event.order];
        const pointer = Buffer.from(JSON.stringify(place)).toString("base64");
        yield { ...event, stream: stream.name, log, pointer };
      }
      if (entries.length < chunk || ctx.signal.aborted) break;
      start = `${entries.at(-1)!.key}\x00`;
    }
  }
}
