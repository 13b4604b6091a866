// Query definitions: queries that are kept under a name.

import { fault, notImplemented } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { type Input, logs, type Output } from "../model.ts";

export interface DefinitionState {
  readonly id: string;
  readonly name: string;
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
  /** Epoch milliseconds. */
  readonly lastModified: number;
}

export const QueryDefinition = defineResource<DefinitionState>()({
  service: "logs",
  type: "query-definition",
  key: (definition) => [definition.id],
  indexes: { name: (definition) => [definition.name] },
});

export async function putQueryDefinition(
  input: Input<"PutQueryDefinition">,
  tx: Transaction,
): Promise<Output<"PutQueryDefinition">> {
  if (input.queryLanguage !== undefined && input.queryLanguage !== "CWLI") {
    throw notImplemented("logs", `the query language ${input.queryLanguage}`);
  }
  if (input.parameters !== undefined) throw notImplemented("logs", "the parameter parameters");
  const { queryDefinitionId } = input;
  if (queryDefinitionId !== undefined) await existing(tx, queryDefinitionId);
  const id = queryDefinitionId ?? tx.ids.uuid();
  const { name, queryString, logGroupNames = [] } = input;
  tx.put(QueryDefinition, { id, name, queryString, logGroupNames, lastModified: tx.now });
  return { queryDefinitionId: id };
}

export async function deleteQueryDefinition(
  { queryDefinitionId }: Input<"DeleteQueryDefinition">,
  tx: Transaction,
): Promise<Output<"DeleteQueryDefinition">> {
  await existing(tx, queryDefinitionId);
  tx.delete(QueryDefinition, queryDefinitionId);
  return { success: true };
}

export async function describeQueryDefinitions(
  input: Input<"DescribeQueryDefinitions">,
  tx: Transaction,
): Promise<Output<"DescribeQueryDefinitions">> {
  const page = await tx.list(QueryDefinition, {
    index: "name",
    startsWith: input.queryDefinitionNamePrefix,
    limit: input.maxResults ?? 1000,
    cursor: input.nextToken,
  });
  return {
    queryDefinitions: page.values.map(({ id, ...rest }) => ({
      queryLanguage: "CWLI",
      queryDefinitionId: id,
      ...rest,
    })),
    ...(page.cursor !== undefined && { nextToken: page.cursor }),
  };
}

async function existing(tx: Transaction, id: string): Promise<DefinitionState> {
  const definition = await tx.get(QueryDefinition, id);
  if (definition !== undefined) return definition;
  throw fault(logs, "ResourceNotFoundException", "The specified query definition does not exist.");
}
