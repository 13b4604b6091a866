// Tags of APIs, stages, domain names and VPC links, all addressed by ARN.

import type { Transaction } from "../../../core/transaction.ts";
import { changeDomainTags, domainTags } from "../../../gateway/domains/tags.ts";
import { badRequest, type Input, notFound, nothing, type Output } from "../model.ts";
import { openPortal, openProduct, Portal, Product } from "../portals/records.ts";
import { ApiRecord, getApi, type Tags } from "../records/api.ts";
import { getStageState, StageRecord } from "../records/stage.ts";
import { getLink, VpcLinkRecord } from "../records/vpc-link.ts";

const mostTags = 50;

export function checkTags(tags: Tags): void {
  if (Object.keys(tags).length > mostTags) throw badRequest(`A resource can have at most ${mostTags} tags.`);
  for (const [name, value] of Object.entries(tags)) {
    if (name.length === 0 || name.length > 128) throw badRequest(`Invalid tag key: ${name}`);
    if (value.length > 256) throw badRequest(`Invalid tag value for key: ${name}`);
    if (/^aws:/i.test(name)) throw badRequest("Tag keys starting with 'aws:' are reserved for system use");
  }
}

interface Tagged {
  readonly tags: Tags;
  readonly put: (tags: Tags) => void;
}

export async function getTags(
  { ResourceArn }: Input<"GetTags">,
  tx: Transaction,
): Promise<Output<"GetTags">> {
  return { Tags: (await tagged(tx, ResourceArn)).tags };
}

export async function tagResource(
  { ResourceArn, Tags = {} }: Input<"TagResource">,
  tx: Transaction,
): Promise<Output<"TagResource">> {
  const resource = await tagged(tx, ResourceArn);
  const tags = { ...resource.tags, ...Tags };
  checkTags(tags);
  resource.put(tags);
  return nothing;
}

export async function untagResource(
  { ResourceArn, TagKeys }: Input<"UntagResource">,
  tx: Transaction,
): Promise<Output<"UntagResource">> {
  const resource = await tagged(tx, ResourceArn);
  const tags = Object.entries(resource.tags).filter(([name]) => !TagKeys.includes(name));
  resource.put(Object.fromEntries(tags));
  return nothing;
}

async function tagged(tx: Transaction, arn: string): Promise<Tagged> {
  const [, service, region, path = ""] = /^arn:aws[^:]*:([^:]*):([^:]*):[^:]*:\/(.+)$/.exec(arn) ?? [];
  if (service !== "apigateway" || region !== tx.region)
    throw notFound("Invalid Resource identifier specified");
  const [kind, id = "", part, name] = path.split("/");
  if (kind === "apis" && part === undefined) {
    const api = await getApi(tx, id);
    return { tags: api.Tags, put: (Tags) => tx.put(ApiRecord, { ...api, Tags }) };
  }
  if (kind === "apis" && part === "stages" && name !== undefined) {
    await getApi(tx, id);
    const stage = await getStageState(tx, id, name);
    return { tags: stage.Tags, put: (Tags) => tx.put(StageRecord, { ...stage, Tags }) };
  }
  if (kind === "vpclinks" && part === undefined) {
    const link = await getLink(tx, id);
    return { tags: link.Tags, put: (Tags) => tx.put(VpcLinkRecord, { ...link, Tags }) };
  }
  if (kind === "domainnames" && part === undefined) {
    const tags = await domainTags(tx, id);
    if (tags === undefined)
      throw notFound("The domain name resource specified in the request was not found.");
    return { tags, put: (changed) => changeDomainTags(tx, id, changed) };
  }
  if (kind === "portals" && part === undefined) {
    const portal = await openPortal(tx, id);
    return { tags: portal.tags, put: (tags) => tx.put(Portal, { ...portal, tags }) };
  }
  if (kind === "portalproducts" && part === undefined) {
    const product = await openProduct(tx, id);
    return { tags: product.tags, put: (tags) => tx.put(Product, { ...product, tags }) };
  }
  throw notFound("Invalid Resource identifier specified");
}
