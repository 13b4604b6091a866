// Tags of domain names, which both services read and change by ARN.

import type { Transaction } from "../../core/transaction.ts";
import { findDomain, putDomain } from "./domain-name.ts";

type Tags = Readonly<Record<string, string>>;

/** `name`: as in the ARN, `example.com` or, of a private one, `example.com+id`. Undefined where there is none. */
export async function domainTags(tx: Transaction, name: string): Promise<Tags | undefined> {
  return (await find(tx, name))?.tags;
}

export async function changeDomainTags(tx: Transaction, name: string, tags: Tags): Promise<void> {
  const domain = await find(tx, name);
  if (domain !== undefined) putDomain(tx, { ...domain, tags });
}

function find(tx: Transaction, name: string) {
  const [plain = "", id = ""] = name.split("+");
  return findDomain(tx, plain, id);
}
