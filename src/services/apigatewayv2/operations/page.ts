// Lists as this service pages them: by MaxResults, a number in text, and an
// opaque token.

import type { Part } from "../../../base/tuple.ts";
import type { Resource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { badRequest } from "../model.ts";

interface Asked {
  readonly MaxResults?: string | undefined;
  readonly NextToken?: string | undefined;
}

interface Listed<T> {
  readonly Items: readonly T[];
  readonly NextToken?: string;
}

const mostResults = 500;

export async function pageOf<T extends object, K extends readonly Part[], O>(
  tx: Transaction,
  resource: Resource<T, K>,
  prefix: readonly Part[],
  { MaxResults, NextToken }: Asked,
  show: (value: T) => O,
): Promise<Listed<O>> {
  const limit = MaxResults === undefined ? mostResults : Number(MaxResults);
  if (!Number.isInteger(limit) || limit < 1) throw badRequest(`Invalid value for maxResults: ${MaxResults}`);
  const page = await tx.list(resource, { prefix, cursor: NextToken, limit: Math.min(limit, mostResults) });
  return {
    Items: page.values.map(show),
    ...(page.cursor === undefined ? {} : { NextToken: page.cursor }),
  };
}
