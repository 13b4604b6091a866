// Discoverers: create, describe, list, update, start, stop, delete; and schemas
// of events that are given rather than discovered. A discoverer's rule on its bus
// is made by EventBridge's own operations, and managed by this service.

import { servicePrincipal } from "../../../core/principal.ts";
import type { WaitingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Events } from "../../../model/generated/events.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { Discoverer, type DiscovererRecordState, openDiscoverer } from "../discovery/discoverer.ts";
import { merge, shapeOf } from "../discovery/shape.ts";
import { jsonSchema, kindOf, openApi } from "../discovery/write-schema.ts";
import { badRequest, conflict, type Input, nextToken, nothing, type Output, shownTags } from "../model.ts";

const events = modelOf<Events>("events");

export const createDiscoverer: WaitingHandler<Input<"CreateDiscoverer">, Output<"CreateDiscoverer">> = {
  waits: async ({ SourceArn, Description, CrossAccount = true, Tags = {} }, ctx) => {
    if (!/^arn:[\w-]+:events:[\w-]+:\d{12}:event-bus\/.+/.test(SourceArn)) {
      throw badRequest("SourceArn must be the ARN of an event bus.");
    }
    const id = sourceId(SourceArn);
    await ctx.call(events, "DescribeEventBus", { Name: SourceArn }).catch(() => {
      throw badRequest(`The event bus ${SourceArn} does not exist.`);
    });
    const discoverer: DiscovererRecordState = {
      id,
      arn: `arn:aws:schemas:${ctx.region}:${ctx.account}:discoverer/${id}`,
      sourceArn: SourceArn,
      description: Description,
      crossAccount: CrossAccount,
      state: "STARTED",
      tags: Tags,
    };
    await ctx.atomically(async (tx) => {
      if ((await tx.get(Discoverer, id)) !== undefined) {
        throw conflict(`Discoverer for source ${SourceArn} already exists.`);
      }
      tx.put(Discoverer, discoverer);
    });
    await putRule(ctx, discoverer);
    return described(discoverer);
  },
};

/** `events-event-bus-default`: of the bus it watches. */
const sourceId = (arn: string): string =>
  `events-event-bus-${arn.slice(arn.indexOf("/") + 1)}`.replace(/[^A-Za-z0-9_.-]/g, "-").slice(0, 50);

const ruleName = ({ id }: DiscovererRecordState): string => `Schemas-${id}`;
const asSchemas = (ctx: Waiting): Waiting => ctx.as(servicePrincipal("schemas.amazonaws.com", ctx.account));

async function putRule(ctx: Waiting, discoverer: DiscovererRecordState): Promise<void> {
  const { sourceArn: EventBusName, crossAccount, arn, state } = discoverer;
  const own = asSchemas(ctx);
  // Replayed events tell nothing new.
  const pattern = {
    "replay-name": [{ exists: false }],
    ...(crossAccount ? {} : { account: [ctx.account] }),
  };
  await own.call(events, "PutRule", {
    Name: ruleName(discoverer),
    EventBusName,
    EventPattern: JSON.stringify(pattern),
    State: state === "STARTED" ? "ENABLED" : "DISABLED",
    Description: "Events whose schemas are discovered",
  });
  await own.call(events, "PutTargets", {
    Rule: ruleName(discoverer),
    EventBusName,
    Targets: [{ Id: "discoverer", Arn: arn }],
  });
}

async function change(
  ctx: Waiting,
  id: string,
  members: Partial<DiscovererRecordState>,
): Promise<DiscovererRecordState> {
  const changed = await ctx.atomically(async (tx) => {
    const discoverer = { ...(await openDiscoverer(tx, id)), ...members };
    tx.put(Discoverer, discoverer);
    return discoverer;
  });
  await putRule(ctx, changed);
  return changed;
}

export const startDiscoverer: WaitingHandler<Input<"StartDiscoverer">, Output<"StartDiscoverer">> = {
  waits: async ({ DiscovererId }, ctx) => {
    const { state } = await change(ctx, DiscovererId, { state: "STARTED" });
    return { DiscovererId, State: state };
  },
};

export const stopDiscoverer: WaitingHandler<Input<"StopDiscoverer">, Output<"StopDiscoverer">> = {
  waits: async ({ DiscovererId }, ctx) => {
    const { state } = await change(ctx, DiscovererId, { state: "STOPPED" });
    return { DiscovererId, State: state };
  },
};

export const updateDiscoverer: WaitingHandler<Input<"UpdateDiscoverer">, Output<"UpdateDiscoverer">> = {
  waits: async ({ DiscovererId, Description, CrossAccount }, ctx) =>
    described(
      await change(ctx, DiscovererId, {
        ...(Description === undefined ? {} : { description: Description }),
        ...(CrossAccount === undefined ? {} : { crossAccount: CrossAccount }),
      }),
    ),
};

export const deleteDiscoverer: WaitingHandler<Input<"DeleteDiscoverer">, Output<"DeleteDiscoverer">> = {
  waits: async ({ DiscovererId }, ctx) => {
    const discoverer = await ctx.atomically((tx) => openDiscoverer(tx, DiscovererId));
    const own = asSchemas(ctx);
    const { sourceArn: EventBusName } = discoverer;
    const Rule = ruleName(discoverer);
    await own.call(events, "RemoveTargets", { Rule, EventBusName, Ids: ["discoverer"] });
    await own.call(events, "DeleteRule", { Name: Rule, EventBusName });
    await ctx.atomically(async (tx) => tx.delete(Discoverer, DiscovererId));
    return nothing;
  },
};

export async function describeDiscoverer(
  { DiscovererId }: Input<"DescribeDiscoverer">,
  tx: Transaction,
): Promise<Output<"DescribeDiscoverer">> {
  return described(await openDiscoverer(tx, DiscovererId));
}

export async function listDiscoverers(
  { DiscovererIdPrefix, SourceArnPrefix = "", NextToken, Limit = 100 }: Input<"ListDiscoverers">,
  tx: Transaction,
): Promise<Output<"ListDiscoverers">> {
  const page = await tx.list(Discoverer, { startsWith: DiscovererIdPrefix, cursor: NextToken, limit: Limit });
  const fitting = page.values.filter(({ sourceArn }) => sourceArn.startsWith(SourceArnPrefix));
  return {
    Discoverers: fitting.map((each) => {
      const { Description: _description, ...summary } = described(each);
      return summary;
    }),
    ...nextToken(page),
  };
}

function described(discoverer: DiscovererRecordState) {
  return {
    Description: discoverer.description,
    DiscovererArn: discoverer.arn,
    DiscovererId: discoverer.id,
    SourceArn: discoverer.sourceArn,
    State: discoverer.state,
    CrossAccount: discoverer.crossAccount,
    ...shownTags(discoverer.tags),
  };
}

export async function getDiscoveredSchema(
  { Events: given, Type }: Input<"GetDiscoveredSchema">,
  _tx: Transaction,
): Promise<Output<"GetDiscoveredSchema">> {
  const parsed = given.map((text) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw badRequest("An event is not a valid JSON document.");
    }
  });
  const shape = parsed.map((event) => shapeOf(event)).reduce(merge);
  const write = Type === "OpenApi3" ? openApi : jsonSchema;
  return { Content: write(shape, kindOf(parsed[0])) };
}
