// Marker, MaxItems and IsTruncated: how every IAM list is cut into pages.

import type { Part } from "../../base/tuple.ts";
import type { Resource } from "../../core/resource.ts";
import { CursorError, type ListOptions, type Transaction } from "../../core/transaction.ts";

export interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface PageEnd {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

const defaultMaxItems = 100;

/** A page of what is stored, in key order; values that `keep` refuses do not count. */
export async function storedPage<T extends object, K extends readonly Part[]>(
  tx: Transaction,
  resource: Resource<T, K>,
  input: PageInput,
  options: Pick<ListOptions, "prefix" | "index"> = {},
  keep: (value: T) => boolean = () => true,
): Promise<{ readonly values: readonly T[]; readonly end: PageEnd }> {
  const wanted = input.MaxItems ?? defaultMaxItems;
  const values: T[] = [];
  let cursor = input.Marker;
  do {
    const page = await tx.list(resource, { ...options, cursor, limit: wanted - values.length });
    values.push(...page.values.filter(keep));
    cursor = page.cursor;
  } while (cursor !== undefined && values.length < wanted);
  return {
    values,
    end: cursor === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: cursor },
  };
}

/** All that an index finds under a key. */
export async function indexed<T extends object, K extends readonly Part[]>(
  tx: Transaction,
  resource: Resource<T, K>,
  index: string,
  ...prefix: readonly Part[]
): Promise<readonly T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await tx.list(resource, { index, prefix, cursor });
    found.push(...page.values);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

/** A page of a list that is at hand already; the marker is a position. */
export function pageOf<T>(
  list: readonly T[],
  input: PageInput,
): { readonly values: readonly T[]; readonly end: PageEnd } {
  const start = input.Marker === undefined ? 0 : readPosition(input.Marker);
  const stop = start + (input.MaxItems ?? defaultMaxItems);
  return {
    values: list.slice(start, stop),
    end: stop >= list.length ? { IsTruncated: false } : { IsTruncated: true, Marker: writePosition(stop) },
  };
}

/** For lists filtered by the beginning of a path. */
export function underPath(prefix: string | undefined): (value: { readonly path: string }) => boolean {
  return (value) => prefix === undefined || value.path.startsWith(prefix);
}

function writePosition(position: number): string {
  return Buffer.from(`at:${position}`).toString("base64url");
}

function readPosition(marker: string): number {
  const match = /^at:(\d{1,9})$/.exec(Buffer.from(marker, "base64url").toString());
  if (match === null) throw new CursorError("Invalid Marker.");
  return Number(match[1]);
}
