// Tags of registries, schemas and discoverers.

import type { Transaction } from "../../../core/transaction.ts";
import { Discoverer, openDiscoverer } from "../discovery/discoverer.ts";
import { type Input, notFound, nothing, type Output } from "../model.ts";
import { openRegistry, Registry } from "../registry.ts";
import { openSchema, Schema } from "../schema.ts";

type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly tags: Tags;
  readonly store: (tags: Tags) => void;
}

export async function tagResource(
  { ResourceArn, Tags }: Input<"TagResource">,
  tx: Transaction,
): Promise<Output<"TagResource">> {
  const { tags, store } = await tagged(tx, ResourceArn);
  store({ ...tags, ...Tags });
  return nothing;
}

export async function untagResource(
  { ResourceArn, TagKeys }: Input<"UntagResource">,
  tx: Transaction,
): Promise<Output<"UntagResource">> {
  const { tags, store } = await tagged(tx, ResourceArn);
  store(Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))));
  return nothing;
}

export async function listTagsForResource(
  { ResourceArn }: Input<"ListTagsForResource">,
  tx: Transaction,
): Promise<Output<"ListTagsForResource">> {
  return { Tags: (await tagged(tx, ResourceArn)).tags };
}

async function tagged(tx: Transaction, arn: string): Promise<Tagged> {
  const [type, first = "", ...rest] = (arn.split(":")[5] ?? "").split("/");
  if (type === "registry") {
    const registry = await openRegistry(tx, first);
    return { tags: registry.tags, store: (tags) => tx.put(Registry, { ...registry, tags }) };
  }
  if (type === "schema") {
    const schema = await openSchema(tx, first, rest.join("/"));
    return { tags: schema.tags, store: (tags) => tx.put(Schema, { ...schema, tags }) };
  }
  if (type === "discoverer") {
    const discoverer = await openDiscoverer(tx, first);
    return { tags: discoverer.tags, store: (tags) => tx.put(Discoverer, { ...discoverer, tags }) };
  }
  throw notFound(`Resource ${arn} does not exist.`);
}
