// Tags of tables: TagResource, UntagResource and ListTagsOfResource.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  ListTagsOfResourceInput,
  ListTagsOfResourceOutput,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from "../../../model/generated/dynamodb.d.ts";
import { dynamodbFault, validation } from "../faults.ts";
import { checkAccess } from "../settings/access.ts";
import { nameInArn, resolveName } from "../tables/name.ts";
import { Table, type TableState } from "../tables/table.ts";

const tagLimit = 50;

export function tagRecord(tags: readonly Tag[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (const { Key, Value } of tags) {
    if (Object.hasOwn(record, Key)) throw validation(`Duplicate tag key found: ${Key}`);
    if (Key.toLowerCase().startsWith("aws:")) {
      throw validation(
        "One or more parameter values were invalid: Tag keys that begin with aws: are reserved",
      );
    }
    record[Key] = Value;
  }
  return record;
}

async function tagged(
  caller: Transaction,
  arn: string,
  action: string,
): Promise<{ table: TableState; tx: Transaction }> {
  if (nameInArn(arn) === undefined) {
    throw validation("Invalid TableArn: Invalid ResourceArn provided as input");
  }
  const { name, tx } = resolveName(caller, arn);
  const table = await tx.get(Table, name);
  checkAccess(caller, tx, name, table, action);
  if (table === undefined) {
    // The misspelling is AWS's.
    throw dynamodbFault(
      "ResourceNotFoundException",
      `Requested resource not found: ResourcArn: ${arn} not found`,
    );
  }
  return { table, tx };
}

export async function tagResource(
  input: Readonly<TagResourceInput>,
  caller: Transaction,
): Promise<Record<string, never>> {
  const added = tagRecord(input.Tags);
  const { table, tx } = await tagged(caller, input.ResourceArn, "TagResource");
  const tags = { ...table.tags, ...added };
  if (Object.keys(tags).length > tagLimit) {
    throw validation("One or more parameter values were invalid: Too many tags: a table takes at most 50");
  }
  tx.put(Table, { ...table, tags });
  return {};
}

export async function untagResource(
  input: Readonly<UntagResourceInput>,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { table, tx } = await tagged(caller, input.ResourceArn, "UntagResource");
  const tags = Object.fromEntries(Object.entries(table.tags).filter(([key]) => !input.TagKeys.includes(key)));
  tx.put(Table, { ...table, tags });
  return {};
}

export async function listTagsOfResource(
  input: Readonly<ListTagsOfResourceInput>,
  caller: Transaction,
): Promise<ListTagsOfResourceOutput> {
  const { table } = await tagged(caller, input.ResourceArn, "ListTagsOfResource");
  return { Tags: Object.entries(table.tags).map(([Key, Value]) => ({ Key, Value })) };
}
