// StartQuery, StopQuery, GetQueryResults, DescribeQueries and GetLogRecord.

import { fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { readEvent } from "../log-event.ts";
import { existingGroup, groupName } from "../log-group.ts";
import { type Input, invalid, logs, type Output } from "../model.ts";
import { parseQuery } from "./parse.ts";
import { noStatistics, Query, type QueryState, runQuery } from "./query.ts";
import { discovered } from "./row.ts";
import { checkFunctions, mostResults } from "./run.ts";
import { QuerySyntaxError } from "./syntax.ts";

const mostGroups = 50;

export async function startQuery(input: Input<"StartQuery">, tx: Transaction): Promise<Output<"StartQuery">> {
  if (input.queryLanguage !== undefined && input.queryLanguage !== "CWLI") {
    throw notImplemented("logs", `the query language ${input.queryLanguage}`);
  }
  check(input.queryString);
  const groups = groupsOf(input);
  for (const name of groups) await existingGroup(tx, name);
  const [from, to] = [milliseconds(input.startTime), milliseconds(input.endTime)];
  if (from > to) throw invalid("Query's end time should not be before its start time.");
  const query: QueryState = {
    id: tx.ids.uuid(),
    queryString: input.queryString,
    groups,
    from,
    to,
    limit: input.limit ?? mostResults,
    createdAt: tx.now,
    status: "Running",
    results: [],
    statistics: noStatistics,
  };
  tx.put(Query, query);
  tx.enqueue(runQuery, { id: query.id });
  return { queryId: query.id };
}

function check(queryString: string): void {
  try {
    checkFunctions(parseQuery(queryString));
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    throw fault(logs, "MalformedQueryException", error.message, {
      fields: {
        queryCompileError: {
          location: { startCharOffset: error.start, endCharOffset: error.end },
          message: error.message,
        },
      },
    });
  }
}

function groupsOf(input: Input<"StartQuery">): readonly string[] {
  const given = [
    input.logGroupName === undefined ? undefined : [input.logGroupName],
    input.logGroupNames,
    input.logGroupIdentifiers?.map(groupName),
  ].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw invalid(
      "Exactly one of logGroupName, logGroupNames, logGroupIdentifiers must be specified for the query.",
    );
  }
  const groups = [...new Set(given[0])];
  if (groups.length > mostGroups) throw invalid(`At most ${mostGroups} log groups can be queried at once.`);
  return groups;
}

/** AWS documents seconds, and understands milliseconds. */
function milliseconds(time: number): number {
  return time >= 1e11 ? time : time * 1000;
}

export async function getQueryResults(
  { queryId }: Input<"GetQueryResults">,
  tx: Transaction,
): Promise<Output<"GetQueryResults">> {
  const query = await existing(tx, queryId);
  return {
    queryLanguage: "CWLI",
    results: query.results,
    statistics: query.statistics,
    status: query.status,
  };
}

export async function stopQuery(
  { queryId }: Input<"StopQuery">,
  tx: Transaction,
): Promise<Output<"StopQuery">> {
  const query = await existing(tx, queryId);
  if (query.status !== "Running") {
    throw invalid(`Query is not in a valid state to be stopped: ${query.status}`);
  }
  tx.put(Query, { ...query, status: "Cancelled", endedAt: tx.now });
  return { success: true };
}

async function existing(tx: Transaction, queryId: string): Promise<QueryState> {
  const query = await tx.get(Query, queryId);
  if (query !== undefined) return query;
  throw fault(logs, "ResourceNotFoundException", "Query not found");
}

export async function describeQueries(
  input: Input<"DescribeQueries">,
  tx: Transaction,
): Promise<Output<"DescribeQueries">> {
  const page = await tx.list(Query, {
    index: "newest",
    limit: input.maxResults ?? 1000,
    cursor: input.nextToken,
  });
  const queries = page.values.filter(
    ({ groups, status }) =>
      (input.logGroupName === undefined || groups.includes(input.logGroupName)) &&
      (input.status === undefined || status === input.status),
  );
  return {
    queries: queries.map((query) => ({
      queryLanguage: "CWLI",
      queryId: query.id,
      queryString: query.queryString,
      status: query.status,
      createTime: query.createdAt,
      logGroupName: query.groups[0],
      ...(query.endedAt !== undefined && {
        queryDuration: query.endedAt - query.createdAt,
        bytesScanned: query.statistics.bytesScanned,
      }),
    })),
    ...(page.cursor !== undefined && { nextToken: page.cursor }),
  };
}

export async function getLogRecord(
  { logRecordPointer }: Input<"GetLogRecord">,
  tx: Transaction,
): Promise<Output<"GetLogRecord">> {
  const [name, stream, timestamp, ingestionTime, order] = readPointer(logRecordPointer);
  const group = await existingGroup(tx, name);
  const key = tx.key("logs", "event", group.id, stream, timestamp, ingestionTime, order);
  const value = await tx.raw.get(key);
  if (value === undefined) throw fault(logs, "ResourceNotFoundException", "The log record does not exist.");
  const event = readEvent({ key, value });
  const log = `${tx.account}:${name}`;
  const found = discovered({ ...event, stream, log, pointer: logRecordPointer });
  return {
    logRecord: {
      "@timestamp": String(event.timestamp),
      "@ingestionTime": String(event.ingestionTime),
      "@message": event.message,
      "@logStream": stream,
      "@log": log,
      "@ptr": logRecordPointer,
      ...Object.fromEntries([...found].map(([field, each]) => [field, String(each)])),
    },
  };
}

function readPointer(pointer: string): readonly [string, string, number, number, number] {
  try {
    const place = JSON.parse(Buffer.from(pointer, "base64").toString()) as unknown;
    if (Array.isArray(place) && place.length === 5) {
      const [name, stream, ...times] = place as unknown[];
      if (
        typeof name === "string" &&
        typeof stream === "string" &&
        times.every((each) => typeof each === "number")
      ) {
        return place as unknown as readonly [string, string, number, number, number];
      }
    }
  } catch {
    // Not one of ours: answered below.
  }
  throw invalid("The specified log record pointer is invalid.");
}
