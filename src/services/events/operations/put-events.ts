// PutEvents: each entry is checked, becomes an event, and is matched; one may
// fail while the others arrive.

import type { Transaction } from "../../../core/transaction.ts";
import type { PutEventsRequestEntry, PutEventsResultEntry } from "../../../model/generated/events.d.ts";
import { accessDenied, mayPut } from "../buses/access.ts";
import { defaultBus, findBus } from "../buses/bus.ts";
import { busesOfEndpoint } from "../buses/endpoint.ts";
import { type Envelope, eventText, eventValue } from "../delivery/event.ts";
import { routeEvent } from "../delivery/route.ts";
import { type Input, invalid, type Output } from "../model.ts";

const mostBytes = 262_144;

export async function putEvents(input: Input<"PutEvents">, tx: Transaction): Promise<Output<"PutEvents">> {
  checkSize(input.Entries);
  const endpoint = input.EndpointId === undefined ? undefined : await busesOfEndpoint(tx, input.EndpointId);
  const Entries: PutEventsResultEntry[] = [];
  for (const entry of input.Entries) {
    if (endpoint === undefined) Entries.push(await putEntry(tx, entry));
    else {
      const [first, ...others] = endpoint(entry.EventBusName);
      Entries.push(await putEntry(tx, { ...entry, EventBusName: first }));
      for (const other of others) await putEntry(tx, { ...entry, EventBusName: other });
    }
  }
  return { FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries };
}

async function putEntry(caller: Transaction, entry: PutEventsRequestEntry): Promise<PutEventsResultEntry> {
  const whole = wholeEntry(entry);
  if ("ErrorCode" in whole) return whole;
  const { Source, DetailType, Detail, detail } = whole;
  const { EventBusName = defaultBus } = entry;
  if (Source.startsWith("aws.")) {
    return {
      ErrorCode: "NotAuthorizedForSourceException",
      ErrorMessage: "Not authorized for the source.",
    };
  }
  const found = await findBus(caller, EventBusName);
  const id = caller.ids.uuid();
  // AWS takes events for a bus that is not there, and forgets them.
  if (found === undefined) return { EventId: id };
  const { bus, tx } = found;
  if (!mayPut(bus, caller)) {
    const { code, message } = accessDenied(caller, { operation: "PutEvents", resource: bus.arn });
    return { ErrorCode: code, ErrorMessage: message };
  }
  const event: Envelope = {
    id,
    detailType: DetailType,
    source: Source,
    account: caller.account,
    time: entry.Time ?? caller.now,
    region: tx.region,
    resources: entry.Resources ?? [],
    detail: Detail,
  };
  await routeEvent(tx, bus.name, {
    text: eventText(event),
    value: eventValue(event, detail),
    traceHeader: entry.TraceHeader ?? caller.traceHeader,
  });
  return { EventId: id };
}

/** What an event cannot be without. */
interface WholeEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly detail: object;
}

interface Refusal {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export function wholeEntry({
  Source,
  DetailType,
  Detail,
}: Pick<PutEventsRequestEntry, "Source" | "DetailType" | "Detail">): WholeEntry | Refusal {
  if (!Source) return missing("Source");
  if (!DetailType) return missing("DetailType");
  if (!Detail) return missing("Detail");
  const detail = objectOf(Detail);
  if (detail === undefined) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  return { Source, DetailType, Detail, detail };
}

function missing(name: string): Refusal {
  return {
    ErrorCode: "InvalidArgument",
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
  };
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function checkSize(entries: readonly PutEventsRequestEntry[]): void {
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > mostBytes) throw invalid("Total size of the entries in the request is over the limit.");
}

/** As AWS's documentation counts it (eb-putevents.html). */
function sizeOf({
  Time,
  Source = "",
  DetailType = "",
  Detail = "",
  Resources = [],
}: PutEventsRequestEntry): number {
  return [Source, DetailType, Detail, ...Resources].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    Time === undefined ? 0 : 14,
  );
}
