// A page of a list, as every list of API Gateway gives it: by position and limit.

import type { Part } from "../../../base/tuple.ts";
import type { Resource } from "../../../core/resource.ts";
import type { ListOptions, Transaction } from "../../../core/transaction.ts";

export interface PageInput {
  readonly position?: string | undefined;
  readonly limit?: number | undefined;
}

const defaultLimit = 25;
const maximumLimit = 500;

export interface ListPage<T> {
  readonly items: readonly T[];
  readonly position?: string;
}

export async function page<T extends object, K extends readonly Part[]>(
  tx: Transaction,
  resource: Resource<T, K>,
  { position, limit = defaultLimit }: PageInput,
  options: Pick<ListOptions, "prefix" | "index" | "startsWith"> = {},
): Promise<ListPage<T>> {
  const { values, cursor } = await tx.list(resource, {
    ...options,
    cursor: position,
    limit: Math.min(Math.max(limit, 1), maximumLimit),
  });
  return { items: values, ...(cursor === undefined ? {} : { position: cursor }) };
}

/** As `page`, of items as they are shown. */
export async function shownPage<T extends object, K extends readonly Part[], V>(
  tx: Transaction,
  resource: Resource<T, K>,
  input: PageInput,
  show: (value: T) => V,
  options: Pick<ListOptions, "prefix" | "index" | "startsWith"> = {},
): Promise<ListPage<V>> {
  const found = await page(tx, resource, input, options);
  return { ...found, items: found.items.map(show) };
}
