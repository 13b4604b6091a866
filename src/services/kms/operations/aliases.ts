// Aliases: created, changed, deleted, listed.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateAliasRequest,
  DeleteAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from "../../../model/generated/kms.d.ts";
import { checkAccess } from "../keys/access.ts";
import { Alias, type AliasState, aliasArn, findKeyById, type KeyState } from "../keys/key.ts";
import { stateOf } from "../keys/metadata.ts";
import { invalid, invalidState, kms, notFound } from "../model.ts";

type Nothing = Record<string, never>;

const defaultPage = 50;
const reserved = "alias/aws/";

export async function createAlias(
  { AliasName, TargetKeyId }: CreateAliasRequest,
  tx: Transaction,
): Promise<Nothing> {
  checkName(AliasName);
  const key = await target(tx, TargetKeyId, "CreateAlias");
  if ((await tx.get(Alias, AliasName)) !== undefined) {
    throw fault(
      kms,
      "AlreadyExistsException",
      `An alias with the name ${aliasArn(AliasName, tx)} already exists`,
    );
  }
  tx.put(Alias, { name: AliasName, keyId: key.id, createdAt: tx.now, updatedAt: tx.now });
  return {};
}

/** The new key must be of the old one's kind. */
export async function updateAlias(
  { AliasName, TargetKeyId }: UpdateAliasRequest,
  tx: Transaction,
): Promise<Nothing> {
  checkName(AliasName);
  const alias = await existing(tx, AliasName);
  const before = await target(tx, alias.keyId, "UpdateAlias").catch(() => undefined);
  const key = await target(tx, TargetKeyId, "UpdateAlias");
  if (before !== undefined && (before.usage !== key.usage || family(before) !== family(key))) {
    throw invalid("The current and new KMS key must be of the same type, and have the same key usage.");
  }
  tx.put(Alias, { ...alias, keyId: key.id, updatedAt: tx.now });
  return {};
}

export async function deleteAlias({ AliasName }: DeleteAliasRequest, tx: Transaction): Promise<Nothing> {
  checkName(AliasName);
  await existing(tx, AliasName);
  tx.delete(Alias, AliasName);
  return {};
}

export async function listAliases(
  { KeyId, Limit = defaultPage, Marker }: ListAliasesRequest,
  tx: Transaction,
): Promise<ListAliasesResponse> {
  const ofKey = KeyId === undefined ? undefined : (await findKeyById(tx, KeyId)).key.id;
  const { values, cursor } = await tx.list(Alias, {
    ...(ofKey !== undefined && { index: "key", prefix: [ofKey] }),
    cursor: Marker,
    limit: Limit,
  });
  return {
    Aliases: values.map(({ name, keyId, createdAt, updatedAt }) => ({
      AliasName: name,
      AliasArn: aliasArn(name, tx),
      TargetKeyId: keyId,
      CreationDate: createdAt,
      LastUpdatedDate: updatedAt,
    })),
    Truncated: cursor !== undefined,
    NextMarker: cursor,
  };
}

function checkName(name: string): void {
  if (!name.startsWith("alias/") || name === "alias/") {
    throw invalid("Invalid identifier");
  }
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name)) {
    throw fault(kms, "InvalidAliasNameException", "Alias contains invalid characters");
  }
  if (name.startsWith(reserved)) {
    throw fault(
      kms,
      "InvalidAliasNameException",
      `The alias ${name} is reserved: aliases that begin with ${reserved} are AWS managed.`,
    );
  }
}

async function existing(tx: Transaction, name: string): Promise<AliasState> {
  const alias = await tx.get(Alias, name);
  if (alias === undefined) throw notFound(`Alias ${aliasArn(name, tx)} is not found.`);
  return alias;
}

async function target(tx: Transaction, keyId: string, action: string): Promise<KeyState> {
  const open = await findKeyById(tx, keyId);
  await checkAccess(tx, open, action);
  if (stateOf(open.key).endsWith("Deletion")) throw invalidState(open.key.arn, "is pending deletion");
  return open.key;
}

function family({ spec }: KeyState): string {
  if (spec === "SYMMETRIC_DEFAULT") return "symmetric";
  return spec.startsWith("HMAC") ? "hmac" : "asymmetric";
}
