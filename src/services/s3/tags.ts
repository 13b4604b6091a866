// Tag sets of buckets and objects, as lists in XML or as a query string in a header.

import type { Tag } from "../../model/generated/s3.d.ts";
import { s3Fault } from "./faults.ts";

type Tags = Readonly<Record<string, string>>;

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export const mostBucketTags = 50;
export const mostObjectTags = 10;

/** Checked: keys, values, duplicates and number. */
export function tagsFrom(set: readonly Tag[], most: number): Tags {
  if (set.length > most) {
    const whose = most === mostObjectTags ? "Object" : "Bucket";
    throw s3Fault("BadRequest", {}, `${whose} tags cannot be greater than ${most}`);
  }
  const tags = new Map<string, string>();
  for (const { Key: key, Value: value } of set) {
    if (key === "" || key.length > 128 || !allowed.test(key)) {
      throw s3Fault("InvalidTag", { TagKey: key }, "The TagKey you have provided is invalid");
    }
    if (value.length > 256 || !allowed.test(value)) {
      const fields = { TagKey: key, TagValue: value };
      throw s3Fault("InvalidTag", fields, "The TagValue you have provided is invalid");
    }
    if (/^aws:/i.test(key)) {
      throw s3Fault("InvalidTag", {}, "System tags cannot be added/updated by requester");
    }
    if (tags.has(key)) {
      const message = "Cannot provide multiple Tags with the same key";
      throw s3Fault("InvalidTag", { TagKey: key }, message);
    }
    tags.set(key, value);
  }
  return Object.fromEntries(tags);
}

/** `colour=red&size=m`, the form of `x-amz-tagging`. */
export function tagsFromHeader(header: string): Tags {
  const set = [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }));
  return tagsFrom(set, mostObjectTags);
}

export function tagSet(tags: Tags): readonly Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
