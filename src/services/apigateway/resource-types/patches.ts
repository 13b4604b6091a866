// Differences between what a template said and says, as patch operations.

import type { Properties, ResourceContext, Tag } from "../../../core/resource-type.ts";
import { tagChanges, tagMap } from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import type { PatchOperation } from "../../../model/generated/apigateway.d.ts";
import { apigateway } from "../model.ts";

export function textOf(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** A replacement for each property that differs, by its path; what is gone is replaced by its default or nothing. */
export function replacements(
  after: Properties,
  before: Properties,
  paths: Readonly<Record<string, string>>,
  defaults: Readonly<Record<string, string>> = {},
): readonly PatchOperation[] {
  return Object.entries(paths).flatMap(([property, path]) => {
    if (same(after[property], before[property])) return [];
    const value = after[property];
    return [
      {
        op: "replace" as const,
        path,
        value: value === undefined ? (defaults[property] ?? "") : textOf(value),
      },
    ];
  });
}

/** Entries of a map: removed where they are gone, replaced where they differ. */
export function entryPatches(after: unknown, before: unknown, path: string): readonly PatchOperation[] {
  const [wanted, old] = [(after ?? {}) as Properties, (before ?? {}) as Properties];
  return [
    ...Object.keys(old)
      .filter((name) => !(name in wanted))
      .map((name) => ({ op: "remove" as const, path: `${path}/${escaped(name)}` })),
    ...Object.entries(wanted)
      .filter(([name, value]) => !same(value, old[name]))
      .map(([name, value]) => ({
        op: "replace" as const,
        path: `${path}/${escaped(name)}`,
        value: textOf(value),
      })),
  ];
}

/** Members of a list that are added and removed by value. */
export function listPatches(after: unknown, before: unknown, path: string): readonly PatchOperation[] {
  const [wanted, old] = [(after ?? []) as readonly string[], (before ?? []) as readonly string[]];
  return [
    ...old
      .filter((value) => !wanted.includes(value))
      .map((value) => ({ op: "remove" as const, path, value })),
    ...wanted.filter((value) => !old.includes(value)).map((value) => ({ op: "add" as const, path, value })),
  ];
}

export function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

export async function retag(
  at: ResourceContext,
  path: string,
  after: readonly Tag[] | undefined,
  before: readonly Tag[] | undefined,
): Promise<void> {
  const resourceArn = `arn:aws:apigateway:${at.region}::/${path}`;
  const { set, remove } = tagChanges(before, after);
  if (remove.length > 0) await at.call(apigateway, "UntagResource", { resourceArn, tagKeys: remove });
  if (set.length > 0) await at.call(apigateway, "TagResource", { resourceArn, tags: tagMap(set) });
}

export function tagList(tags: Readonly<Record<string, string>> | undefined): readonly Tag[] | undefined {
  return tags && Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** A template's names begin with capitals, the operations' do not. */
export function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name[0]!.toLowerCase() + name.slice(1), lowered(each)]),
  );
}

/** And back. */
export function raised(value: object): Properties {
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name[0]!.toUpperCase() + name.slice(1), each]),
  );
}
