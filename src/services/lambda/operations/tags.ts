// TagResource, UntagResource and ListTags, for functions and event source mappings.

import type { WritingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from "../../../model/generated/lambda.d.ts";
import { FunctionRecord, getFunctionState } from "../function.ts";
import { MappingRecord } from "../mapping/mapping.ts";
import { invalid, notFound } from "../model.ts";
import { functionReference } from "../name.ts";

type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly tags: Tags;
  readonly store: (tags: Tags) => void;
}

async function tagged(anyPlace: Transaction, arn: string): Promise<Tagged> {
  const [, , , region = "", account = "", type, id = "", qualifier] = arn.split(":");
  const tx = anyPlace.at({ region, account });
  if (type === "event-source-mapping") {
    const mapping = await tx.get(MappingRecord, id);
    if (mapping === undefined) throw notFound("The resource you requested does not exist.");
    return { tags: mapping.tags, store: (tags) => tx.put(MappingRecord, { ...mapping, tags }) };
  }
  if (type !== "function") throw notFound("The resource you requested does not exist.");
  if (qualifier !== undefined) {
    throw invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.");
  }
  const fn = await getFunctionState(tx, functionReference(arn, tx));
  return { tags: fn.tags, store: (tags) => tx.put(FunctionRecord, { ...fn, tags }) };
}

export const tagResource: WritingHandler<TagResourceRequest, Record<string, never>> = async (input, tx) => {
  const { tags, store } = await tagged(tx, input.Resource);
  const all = { ...tags, ...input.Tags };
  if (Object.keys(all).length > 50) throw invalid("The number of tags exceeds the limit of 50.");
  store(all);
  return {};
};

export const untagResource: WritingHandler<UntagResourceRequest, Record<string, never>> = async (
  input,
  tx,
) => {
  const { tags, store } = await tagged(tx, input.Resource);
  store(Object.fromEntries(Object.entries(tags).filter(([key]) => !input.TagKeys.includes(key))));
  return {};
};

export const listTags: WritingHandler<ListTagsRequest, ListTagsResponse> = async (input, tx) => {
  const { tags } = await tagged(tx, input.Resource);
  return { Tags: tags };
};
