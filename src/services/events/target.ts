// Buses as targets: of rules, which pass events on as they are, and of schedules
// and pipes, which put new ones.

import { Fault } from "../../core/fault.ts";
import { type Aim, defineTarget, type TargetOutcome } from "../../core/target.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Waiting } from "../../core/waiting.ts";
import { accessDenied, mayPut } from "./buses/access.ts";
import { findBus } from "./buses/bus.ts";
import { routeEvent } from "./delivery/route.ts";
import { events, notFound } from "./model.ts";

export const busTarget = defineTarget({ arns: "events:event-bus/*", sendAll });

interface NewEvent {
  readonly Source: string;
  readonly DetailType: string;
  readonly Resources?: readonly string[];
  /** Epoch milliseconds. */
  readonly Time?: number;
}

/** What a pipe says of the event. */
interface OfPipe extends Partial<Omit<NewEvent, "Time">> {
  readonly EndpointId?: string;
  /** As the event has it: RFC 3339. */
  readonly Time?: string;
}

const mostEntries = 10;

async function sendAll(aims: readonly Aim[], ctx: Waiting): Promise<readonly TargetOutcome[]> {
  const outcomes: TargetOutcome[] = [];
  if (aims[0]?.source === "events.amazonaws.com") {
    for (const aim of aims) outcomes.push(await passOn(aim, ctx));
    return outcomes;
  }
  for (let at = 0; at < aims.length; at += mostEntries) {
    outcomes.push(...(await putAll(aims.slice(at, at + mostEntries), ctx)));
  }
  return outcomes;
}

async function putAll(aims: readonly Aim[], ctx: Waiting): Promise<readonly TargetOutcome[]> {
  const { EndpointId } = pipesParameters(aims[0]!);
  const { Entries = [] } = await ctx.call(events, "PutEvents", {
    Entries: aims.map((aim) => ({ ...newEvent(aim), Detail: aim.input, EventBusName: aim.arn })),
    ...(EndpointId === undefined ? {} : { EndpointId }),
  });
  return Entries.map((entry) => {
    const { ErrorCode: code, ErrorMessage: message = "" } = entry;
    return code === undefined ? { output: entry } : { failure: { code, message, passing: false } };
  });
}

function pipesParameters({ parameters }: Aim): OfPipe {
  return (parameters?.EventBridgeEventBusParameters ?? {}) as OfPipe;
}

/** Schedules say all of it; pipes what they like. A time that is none is that of its arrival. */
function newEvent(aim: Aim): NewEvent {
  const given = aim.parameters?.EventBridgeParameters as NewEvent | undefined;
  if (given !== undefined) return given;
  const { Source, DetailType, Resources, Time } = pipesParameters(aim);
  const time = Time === undefined ? Number.NaN : Date.parse(Time);
  return {
    Source: Source ?? `Pipe ${aim.sourceArn.slice(aim.sourceArn.lastIndexOf("/") + 1)}`,
    DetailType: DetailType ?? "Event from aws:pipes",
    ...(Resources === undefined ? {} : { Resources }),
    ...(Number.isNaN(time) ? {} : { Time: time }),
  };
}

/** A matched event keeps its id, time, account and region on the next bus, and so does the rule's own input. */
async function passOn(aim: Aim, ctx: Waiting): Promise<TargetOutcome> {
  const value: unknown = JSON.parse(aim.input);
  try {
    await ctx.atomically(async (tx: Transaction) => {
      const found = await findBus(tx, aim.arn);
      if (found === undefined) throw notFound(`Event bus ${aim.arn} does not exist.`);
      const { bus, tx: there } = found;
      if (!mayPut(bus, tx)) throw accessDenied(tx, { operation: "PutEvents", resource: bus.arn });
      await routeEvent(there, bus.name, {
        text: aim.input,
        value,
        traceHeader: aim.traceHeader,
        forwarded: true,
      });
    });
    return {};
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { failure: { code: error.code, message: error.message, passing: false } };
  }
}
