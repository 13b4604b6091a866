// Tables are named plainly or by ARN; both lead to the same record.

import { Fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { validationMessage } from "../../../model/validate.ts";
import { validation } from "../faults.ts";
import { checkAccess } from "../settings/access.ts";
import { Table, type TableState } from "./table.ts";

const arnPattern = /^arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):(\d{12}):table\/([a-zA-Z0-9_.-]+)(?:\/.*)?$/;
const namePattern = /^[a-zA-Z0-9_.-]{3,255}$/;

export function isTableName(text: string): boolean {
  return namePattern.test(text);
}

/** The table's name in its ARN, or in that of one of its indexes; undefined for anything else. */
export function nameInArn(text: string): string | undefined {
  return text.startsWith("arn:") ? arnPattern.exec(text)?.[3] : undefined;
}

export function tableArn(table: TableState, tx: Transaction): string {
  return `arn:aws:dynamodb:${tx.region}:${tx.account}:table/${table.name}`;
}

export interface NamedTable {
  readonly name: string;
  /** The transaction at the table's own account. */
  readonly tx: Transaction;
}

/** Throws where the text can be no table's name. */
export function resolveName(tx: Transaction, text: string): NamedTable {
  if (!text.startsWith("arn:")) {
    if (!namePattern.test(text)) throw invalidName(text);
    return { name: text, tx };
  }
  const parts = arnPattern.exec(text);
  if (parts === null) throw validation(`Invalid table ARN: ${text}`);
  const [, region, account, name] = parts as unknown as [string, string, string, string];
  if (region !== tx.region) {
    throw validation(`The table ARN is in another region than the request: ${text}`);
  }
  return { name, tx: account === tx.account ? tx : tx.at({ account }) };
}

function invalidName(text: string): Fault {
  const broken = [
    ...(/^[a-zA-Z0-9_.-]+$/.test(text) ? [] : ["satisfy regular expression pattern: [a-zA-Z0-9_.-]+"]),
    ...(text.length < 3 ? ["have length greater than or equal to 3"] : []),
    ...(text.length > 255 ? ["have length less than or equal to 255"] : []),
  ];
  return validation(
    validationMessage(
      broken.map(
        (must) => `Value '${text}' at 'tableName' failed to satisfy constraint: Member must ${must}`,
      ),
    ),
  );
}

/** For operations on tables, whose fault names the table. */
export async function findTable(
  tx: Transaction,
  text: string,
  action: string,
): Promise<{ table: TableState; tx: Transaction }> {
  const named = resolveName(tx, text);
  const table = await named.tx.get(Table, named.name);
  checkAccess(tx, named.tx, named.name, table, action);
  if (table === undefined) {
    throw new Fault(
      "dynamodb",
      "ResourceNotFoundException",
      `Requested resource not found: Table: ${named.name} not found`,
    );
  }
  return { table, tx: named.tx };
}
