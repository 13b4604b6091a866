// Which tags may be moved to another image.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html

import type { RepositoryState } from "../repositories/repository.ts";

export function isMutable({ mutability, exclusions = [] }: RepositoryState, tag: string): boolean {
  const excluded = exclusions.some(({ filter }) => matchesWildcard(filter, tag));
  return mutability.startsWith("MUTABLE") !== excluded;
}

/** `*` stands for any text. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(text);
}
