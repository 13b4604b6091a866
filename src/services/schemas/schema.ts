// Schemas and their versions. Versions are numbered from 1, and a number is
// never used twice.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Type } from "../../model/generated/schemas.d.ts";
import { notFound } from "./model.ts";

export interface SchemaState {
  readonly registryName: string;
  readonly name: string;
  readonly arn: string;
  readonly type: Type;
  readonly description?: string | undefined;
  readonly modifiedAt: number;
  /** The newest version there is, and the last number given. */
  readonly latest: number;
  readonly lastNumber: number;
  readonly versionCount: number;
  readonly tags: Readonly<Record<string, string>>;
}

export const Schema = defineResource<SchemaState>()({
  service: "schemas",
  type: "schema",
  key: ({ registryName, name }) => [registryName, name],
  arn: ({ arn }) => arn,
  tags: ({ tags }) => tags,
});

export interface VersionState {
  readonly registryName: string;
  readonly schemaName: string;
  readonly version: number;
  readonly type: Type;
  readonly content: string;
  readonly createdAt: number;
}

export const Version = defineResource<VersionState>()({
  service: "schemas",
  type: "schema-version",
  key: ({ registryName, schemaName, version }) => [registryName, schemaName, version],
});

export function schemaArn({ region, account }: Place, registryName: string, name: string): string {
  return `arn:aws:schemas:${region}:${account}:schema/${registryName}/${name}`;
}

export async function openSchema(tx: Transaction, registryName: string, name: string): Promise<SchemaState> {
  const schema = await tx.get(Schema, registryName, name);
  if (schema === undefined) throw notFound(`Schema with name ${name} does not exist.`);
  return schema;
}

export async function openVersion(
  tx: Transaction,
  schema: SchemaState,
  given: string | undefined,
): Promise<VersionState> {
  const number = given === undefined ? schema.latest : Number(given);
  const version = Number.isInteger(number)
    ? await tx.get(Version, schema.registryName, schema.name, number)
    : undefined;
  if (version === undefined) throw notFound(`Schema version ${given} of ${schema.name} does not exist.`);
  return version;
}

/** Stores the content as the next version of the schema, new or known. */
export function putVersion(
  tx: Transaction,
  schema: Omit<SchemaState, "latest" | "lastNumber" | "versionCount" | "modifiedAt"> & Partial<SchemaState>,
  content: string,
): SchemaState {
  const number = (schema.lastNumber ?? 0) + 1;
  const changed: SchemaState = {
    ...schema,
    latest: number,
    lastNumber: number,
    versionCount: (schema.versionCount ?? 0) + 1,
    modifiedAt: tx.now,
  };
  const { registryName, name: schemaName, type } = changed;
  tx.put(Schema, changed);
  tx.put(Version, { registryName, schemaName, version: number, type, content, createdAt: tx.now });
  if (schema.lastNumber === undefined) tell(tx, changed, "Schema Created");
  tell(tx, changed, "Schema Version Created");
  return changed;
}

/** What EventBridge hears of the newest version. */
function tell(tx: Transaction, schema: SchemaState, happening: string): void {
  tx.publish("aws.schemas", {
    "detail-type": happening,
    resources: [schema.arn],
    detail: {
      SchemaName: schema.name,
      SchemaType: schema.type,
      RegistryName: schema.registryName,
      CreationDate: `${new Date(schema.modifiedAt).toISOString().slice(0, 19)}Z`,
      Version: String(schema.latest),
    },
  });
}
