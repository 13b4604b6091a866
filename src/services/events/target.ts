// Buses as targets: of rules, which pass events on as they are, and of schedules
// and pipes, which put new ones.

import { Fault, fault } from "../../core/fault.ts";
import { type Aim, defineTarget, type TargetOutcome } from "../../core/target.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Waiting } from "../../core/waiting.ts";
import { mayPut } from "./buses/access.ts";
import { openBus } from "./buses/bus.ts";
import { routeEvent } from "./delivery/route.ts";
import { events } from "./model.ts";

export const busTarget = defineTarget({ arns: "events:event-bus/*", sendAll });

interface NewEvent {
  readonly Source: string;
  readonly DetailType: string;
  readonly Resources?: readonly string[];
}

async function sendAll(aims: readonly Aim[], ctx: Waiting): Promise<readonly TargetOutcome[]> {
  const outcomes: TargetOutcome[] = [];
  for (const aim of aims) outcomes.push(await sendOne(aim, ctx));
  return outcomes;
}

async function sendOne(aim: Aim, ctx: Waiting): Promise<TargetOutcome> {
  const { EventBridgeParameters, EventBridgeEventBusParameters: ofPipe } = (aim.parameters ?? {}) as {
    readonly EventBridgeParameters?: NewEvent;
    readonly EventBridgeEventBusParameters?: Partial<NewEvent>;
  };
  if (aim.source === "events.amazonaws.com") return passOn(aim, ctx);
  const given: NewEvent = EventBridgeParameters ?? {
    Source: ofPipe?.Source ?? `Pipe ${aim.sourceArn.slice(aim.sourceArn.lastIndexOf("/") + 1)}`,
    DetailType: ofPipe?.DetailType ?? "Event from aws:pipes",
    ...(ofPipe?.Resources === undefined ? {} : { Resources: ofPipe.Resources }),
  };
  const entry = { ...given, Detail: aim.input, EventBusName: aim.arn };
  const { Entries = [] } = await ctx.call(events, "PutEvents", { Entries: [entry] });
  const { ErrorCode: code, ErrorMessage: message = "" } = Entries[0] ?? {};
  return code === undefined ? { output: Entries[0] } : { failure: { code, message, passing: false } };
}

/** A matched event keeps its id, time, account and region on the next bus, and so does the rule's own input. */
async function passOn(aim: Aim, ctx: Waiting): Promise<TargetOutcome> {
  const value: unknown = JSON.parse(aim.input);
  try {
    await ctx.atomically(async (tx: Transaction) => {
      const { bus, tx: there } = await openBus(tx, aim.arn);
      if (!mayPut(bus, tx)) {
        throw fault(events, "AccessDeniedException", `Not authorized to put events on ${bus.arn}.`);
      }
      await routeEvent(there, bus.name, { text: aim.input, value, traceHeader: aim.traceHeader });
    });
    return {};
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { failure: { code: error.code, message: error.message, passing: false } };
  }
}
