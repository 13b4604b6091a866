// The key: its settings, its material, and the ways in which requests name it.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { KeySpec, KeyUsageType } from "../../../model/generated/kms.d.ts";
import { notFound } from "../model.ts";

/** One version of a key's secret. Old ones go on decrypting what they encrypted. */
export interface Material {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Base64: raw bytes, or PKCS #8 in DER. Undefined once imported material was deleted or expired. */
  readonly secret?: string | undefined;
  /** Asymmetric keys: SubjectPublicKeyInfo in DER, base64. */
  readonly publicKey?: string | undefined;
  readonly createdAt: number;
  readonly rotation?: "AUTOMATIC" | "ON_DEMAND" | undefined;
  /** Imported material alone. */
  readonly validTo?: number | undefined;
  readonly description?: string | undefined;
  /** Imported, and waiting for the rotation that makes it the current one. */
  readonly pending?: true | undefined;
}

export interface KeyState {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: number;
  readonly description: string;
  readonly usage: KeyUsageType;
  readonly spec: KeySpec;
  readonly origin: "AWS_KMS" | "EXTERNAL";
  readonly manager: "AWS" | "CUSTOMER";
  /** Whose key it is, where AWS manages it: `s3`. */
  readonly managedFor?: string | undefined;
  readonly enabled: boolean;
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The current one is the last that does not wait for its rotation. */
  readonly materials: readonly Material[];
  readonly deletionAt?: number | undefined;
  /** A primary key that waits for its replicas to go first. */
  readonly deletionWaitsDays?: number | undefined;
  readonly rotation?: { readonly periodDays: number; readonly nextAt: number } | undefined;
  /** Multi-Region keys: where the primary is, and all the others. */
  readonly multiRegion?: { readonly primary: string; readonly replicas: readonly string[] } | undefined;
}

export const Key = defineResource<KeyState>()({
  service: "kms",
  type: "key",
  key: (key) => [key.id],
  arn: (key) => key.arn,
  named: (input, place) => {
    const name = input.KeyId ?? input.TargetKeyId;
    if (typeof name !== "string") return undefined;
    if (name.startsWith("arn:")) return name;
    return name.startsWith("alias/") ? aliasArn(name, place) : keyArn(name, place);
  },
  tags: (key) => key.tags,
  cached: true,
});

export interface AliasState {
  /** With `alias/`. */
  readonly name: string;
  readonly keyId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const Alias = defineResource<AliasState>()({
  service: "kms",
  type: "alias",
  key: (alias) => [alias.name],
  arn: (alias, place) => aliasArn(alias.name, place),
  indexes: { key: (alias) => [alias.keyId, alias.name] },
  cached: true,
});

export function keyArn(id: string, { account, region }: Place): string {
  return `arn:aws:kms:${region}:${account}:key/${id}`;
}

export function aliasArn(name: string, { account, region }: Place): string {
  return `arn:aws:kms:${region}:${account}:${name}`;
}

/** A key, and the transaction looking at the account that owns it. */
export interface OpenKey {
  readonly key: KeyState;
  readonly tx: Transaction;
}

/** By id, ARN, alias or the alias's ARN. */
export async function findKey(caller: Transaction, name: string): Promise<OpenKey> {
  const { tx, resource } = placeOf(caller, name);
  const alias = resource.startsWith("alias/");
  const id = alias ? (await tx.get(Alias, resource))?.keyId : resource;
  if (id === undefined) throw notFound(`Alias ${aliasArn(resource, tx)} is not found.`);
  const key = await tx.get(Key, id);
  if (key !== undefined) return { key, tx };
  if (alias || /^(mrk-[0-9a-f]{32}|[0-9a-f-]{36})$/.test(id))
    throw notFound(`Key '${keyArn(id, tx)}' does not exist`);
  throw notFound(`Invalid keyId '${id}'`);
}

/** As `findKey`, for operations that take no alias. */
export async function findKeyById(caller: Transaction, name: string): Promise<OpenKey> {
  const { resource } = placeOf(caller, name);
  if (resource.startsWith("alias/")) throw notFound(`Invalid keyId '${name}'`);
  return findKey(caller, name);
}

function placeOf(caller: Transaction, name: string): { readonly tx: Transaction; readonly resource: string } {
  if (!name.startsWith("arn:")) return { tx: caller, resource: name };
  const found = /^arn:aws:kms:([^:]*):(\d{12}):(?:key\/(.+)|(alias\/.+))$/.exec(name);
  if (found === null) throw notFound(`Invalid arn ${name.split(":")[3] ?? ""}`);
  const [, region = "", account = "", key, alias] = found;
  if (region !== caller.region) throw notFound(`Invalid arn ${region}`);
  return { tx: caller.at({ account }), resource: key ?? alias ?? "" };
}

/** Undefined where the key cannot be used: it has none yet, or one that it ever encrypted with is missing. */
export function currentMaterial(key: KeyState): Material | undefined {
  const own = associatedMaterials(key);
  return own.some(({ secret }) => secret === undefined) ? undefined : own.at(-1);
}

export function associatedMaterials({ materials }: KeyState): readonly Material[] {
  return materials.filter(({ pending }) => pending !== true);
}
