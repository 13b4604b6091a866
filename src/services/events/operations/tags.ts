// Tags of rules and buses.

import type { Transaction } from "../../../core/transaction.ts";
import type { Tag } from "../../../model/generated/events.d.ts";
import { Bus, busName, defaultBus } from "../buses/bus.ts";
import { openBus } from "../buses/open-bus.ts";
import { type Input, invalid, limitExceeded, notFound, type Output } from "../model.ts";
import { openRule } from "../rules/rule.ts";
import { putRule } from "../rules/rule-set.ts";

type Tags = Readonly<Record<string, string>>;

const mostTags = 50;

export function tagsOf(tags: readonly Tag[] = []): Tags {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

export async function tagResource(
  { ResourceARN, Tags }: Input<"TagResource">,
  tx: Transaction,
): Promise<Output<"TagResource">> {
  return change(tx, ResourceARN, (tags) => ({ ...tags, ...tagsOf(Tags) }));
}

export async function untagResource(
  { ResourceARN, TagKeys }: Input<"UntagResource">,
  tx: Transaction,
): Promise<Output<"UntagResource">> {
  return change(tx, ResourceARN, (tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))),
  );
}

export async function listTagsForResource(
  { ResourceARN }: Input<"ListTagsForResource">,
  tx: Transaction,
): Promise<Output<"ListTagsForResource">> {
  const { tags } = await tagged(tx, ResourceARN);
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

interface Tagged {
  readonly tags: Tags;
  readonly store: (tags: Tags) => Promise<void>;
}

async function change(tx: Transaction, arn: string, edit: (tags: Tags) => Tags): Promise<object> {
  const { tags, store } = await tagged(tx, arn);
  const changed = edit(tags);
  if (Object.keys(changed).length > mostTags) {
    throw limitExceeded("The requested resource exceeds the maximum number allowed.");
  }
  await store(changed);
  return {};
}

async function tagged(caller: Transaction, arn: string): Promise<Tagged> {
  const [, , service, region = "", account = "", resource = ""] = arn.split(":");
  const [type, ...path] = resource.split("/");
  if (service !== "events" || path.length === 0) {
    throw invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  const place = caller.at({ region: region || caller.region, account: account || caller.account });
  if (type === "event-bus") {
    const { bus, tx } = await openBus(place, busName(arn));
    return { tags: bus.tags, store: async (tags) => tx.put(Bus, { ...bus, tags }) };
  }
  if (type !== "rule") throw notFound(`Resource ${arn} does not exist.`);
  const name = path.at(-1)!;
  const bus = path.length === 1 ? defaultBus : path.slice(0, -1).join("/");
  await openBus(place, bus, name);
  const rule = await openRule(place, bus, name);
  return { tags: rule.tags, store: (tags) => putRule(place, { ...rule, tags }) };
}
