// Schemas and versions: create, describe, list, search, update, export, delete.

import type { Transaction } from "../../../core/transaction.ts";
import type { Type } from "../../../model/generated/schemas.d.ts";
import { toJsonSchema } from "../bindings/json-schema.ts";
import { badRequest, conflict, type Input, nextToken, nothing, type Output, shownTags } from "../model.ts";
import { openRegistry } from "../registry.ts";
import {
  openSchema,
  openVersion,
  putVersion,
  Schema,
  type SchemaState,
  schemaArn,
  Version,
} from "../schema.ts";

export async function createSchema(
  input: Input<"CreateSchema">,
  tx: Transaction,
): Promise<Output<"CreateSchema">> {
  const { RegistryName, SchemaName, Type, Content, Description, Tags = {} } = input;
  await openRegistry(tx, RegistryName);
  checkContent(Content, Type);
  if ((await tx.get(Schema, RegistryName, SchemaName)) !== undefined) {
    throw conflict(`Schema with name ${SchemaName} already exists.`);
  }
  const arn = schemaArn(tx, RegistryName, SchemaName);
  const base = { registryName: RegistryName, name: SchemaName, arn, type: Type, description: Description };
  return summary(tx, putVersion(tx, { ...base, tags: Tags }, Content));
}

export async function updateSchema(
  { RegistryName, SchemaName, Content, Description, Type }: Input<"UpdateSchema">,
  tx: Transaction,
): Promise<Output<"UpdateSchema">> {
  const schema = await openSchema(tx, RegistryName, SchemaName);
  const changed = { ...schema, type: Type ?? schema.type, description: Description ?? schema.description };
  if (Content !== undefined) {
    checkContent(Content, changed.type);
    return summary(tx, putVersion(tx, changed, Content));
  }
  tx.put(Schema, { ...changed, modifiedAt: tx.now });
  return summary(tx, { ...changed, modifiedAt: tx.now });
}

function checkContent(content: string, type: Type): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    throw badRequest("Content is not a valid JSON document.");
  }
  const isObject = typeof parsed === "object" && parsed !== null;
  if (!isObject || (type === "OpenApi3" && !/^3\./.test(String((parsed as { openapi?: unknown }).openapi)))) {
    throw badRequest(`Content is not a valid ${type} document.`);
  }
}

async function summary(tx: Transaction, schema: SchemaState) {
  const version = await openVersion(tx, schema, undefined);
  return {
    ...(schema.description === undefined ? {} : { Description: schema.description }),
    LastModified: schema.modifiedAt,
    SchemaArn: schema.arn,
    SchemaName: schema.name,
    SchemaVersion: String(version.version),
    ...shownTags(schema.tags),
    Type: version.type,
    VersionCreatedDate: version.createdAt,
  };
}

export async function describeSchema(
  { RegistryName, SchemaName, SchemaVersion }: Input<"DescribeSchema">,
  tx: Transaction,
): Promise<Output<"DescribeSchema">> {
  const schema = await openSchema(tx, RegistryName, SchemaName);
  const version = await openVersion(tx, schema, SchemaVersion);
  return {
    ...(await summary(tx, schema)),
    Content: version.content,
    SchemaVersion: String(version.version),
    Type: version.type,
    VersionCreatedDate: version.createdAt,
  };
}

export async function exportSchema(
  { RegistryName, SchemaName, SchemaVersion, Type }: Input<"ExportSchema">,
  tx: Transaction,
): Promise<Output<"ExportSchema">> {
  const schema = await openSchema(tx, RegistryName, SchemaName);
  const version = await openVersion(tx, schema, SchemaVersion);
  if (Type !== "JSONSchemaDraft4") throw badRequest(`Export to ${Type} is not supported.`);
  return {
    Content: toJsonSchema(version.content, version.type),
    SchemaArn: schema.arn,
    SchemaName: schema.name,
    SchemaVersion: String(version.version),
    Type,
  };
}

export async function listSchemas(
  { RegistryName, SchemaNamePrefix, NextToken, Limit = 100 }: Input<"ListSchemas">,
  tx: Transaction,
): Promise<Output<"ListSchemas">> {
  await openRegistry(tx, RegistryName);
  const page = await tx.list(Schema, {
    prefix: [RegistryName],
    startsWith: SchemaNamePrefix,
    cursor: NextToken,
    limit: Limit,
  });
  return {
    Schemas: page.values.map((schema) => ({
      LastModified: schema.modifiedAt,
      SchemaArn: schema.arn,
      SchemaName: schema.name,
      ...shownTags(schema.tags),
      VersionCount: schema.versionCount,
    })),
    ...nextToken(page),
  };
}

export async function listSchemaVersions(
  { RegistryName, SchemaName, NextToken, Limit = 100 }: Input<"ListSchemaVersions">,
  tx: Transaction,
): Promise<Output<"ListSchemaVersions">> {
  const schema = await openSchema(tx, RegistryName, SchemaName);
  const page = await tx.list(Version, {
    prefix: [RegistryName, SchemaName],
    cursor: NextToken,
    limit: Limit,
  });
  return {
    SchemaVersions: page.values.map(({ version, type }) => ({
      SchemaArn: schema.arn,
      SchemaName: schema.name,
      SchemaVersion: String(version),
      Type: type,
    })),
    ...nextToken(page),
  };
}

/** By names and contents; every word must occur. */
export async function searchSchemas(
  { RegistryName, Keywords, NextToken, Limit = 100 }: Input<"SearchSchemas">,
  tx: Transaction,
): Promise<Output<"SearchSchemas">> {
  await openRegistry(tx, RegistryName);
  const words = Keywords.toLowerCase().split(/\s+/).filter(Boolean);
  const page = await tx.list(Schema, { prefix: [RegistryName], cursor: NextToken, limit: Limit });
  const Schemas = [];
  for (const schema of page.values) {
    const versions = (await tx.all(Version, [RegistryName, schema.name])).filter(({ content }) => {
      const text = `${schema.name} ${content}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    if (versions.length === 0) continue;
    Schemas.push({
      RegistryName,
      SchemaArn: schema.arn,
      SchemaName: schema.name,
      SchemaVersions: versions.map(({ createdAt, version, type }) => ({
        CreatedDate: createdAt,
        SchemaVersion: String(version),
        Type: type,
      })),
    });
  }
  return { Schemas, ...nextToken(page) };
}

export async function deleteSchema(
  { RegistryName, SchemaName }: Input<"DeleteSchema">,
  tx: Transaction,
): Promise<Output<"DeleteSchema">> {
  await openSchema(tx, RegistryName, SchemaName);
  for (const { version } of await tx.all(Version, [RegistryName, SchemaName])) {
    tx.delete(Version, RegistryName, SchemaName, version);
  }
  tx.delete(Schema, RegistryName, SchemaName);
  return nothing;
}

/** The last version takes its schema along. */
export async function deleteSchemaVersion(
  { RegistryName, SchemaName, SchemaVersion }: Input<"DeleteSchemaVersion">,
  tx: Transaction,
): Promise<Output<"DeleteSchemaVersion">> {
  const schema = await openSchema(tx, RegistryName, SchemaName);
  const { version } = await openVersion(tx, schema, SchemaVersion);
  tx.delete(Version, RegistryName, SchemaName, version);
  const { values } = await tx.list(Version, { prefix: [RegistryName, SchemaName], reverse: true, limit: 1 });
  const latest = values[0]?.version;
  if (latest === undefined) tx.delete(Schema, RegistryName, SchemaName);
  else tx.put(Schema, { ...schema, latest, versionCount: schema.versionCount - 1, modifiedAt: tx.now });
  return nothing;
}
