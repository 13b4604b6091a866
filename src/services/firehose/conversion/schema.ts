// The schema of a conversion: the columns of a table of the Glue Data Catalog.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { SchemaConfiguration } from "../../../model/generated/firehose.d.ts";
import type { Glue, Table } from "../../../model/generated/glue.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { type HiveField, parseHiveType } from "./hive-type.ts";

const glue = modelOf<Glue>("glue");

/** The columns, or why there are none. */
export async function readSchema(
  ctx: Waiting,
  configuration: SchemaConfiguration,
): Promise<readonly HiveField[] | Problem> {
  const { RoleARN, DatabaseName = "", TableName = "", CatalogId, Region, VersionId } = configuration;
  const catalog = CatalogId === undefined ? {} : { CatalogId };
  const acting = (RoleARN === undefined ? ctx : ctx.asRole(RoleARN, "AmazonFirehose")).at({
    region: Region ?? ctx.region,
  });
  let table: Table | undefined;
  try {
    if (VersionId === undefined || VersionId === "LATEST") {
      table = (await acting.call(glue, "GetTable", { ...catalog, DatabaseName, Name: TableName })).Table;
    } else {
      const answer = await acting.call(glue, "GetTableVersion", {
        ...catalog,
        DatabaseName,
        TableName,
        VersionId,
      });
      table = answer.TableVersion?.Table;
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { code: `DataFormatConversion.${error.code}`, message: error.message, fault: error };
  }
  const fields: HiveField[] = [];
  for (const { Name, Type = "string" } of table?.StorageDescriptor?.Columns ?? []) {
    const type = parseHiveType(Type);
    if (type === undefined) {
      return {
        code: "DataFormatConversion.InvalidSchema",
        message: `The type ${Type} of column ${Name} is not valid.`,
      };
    }
    fields.push({ name: Name, type });
  }
  if (fields.length > 0) return fields;
  return { code: "DataFormatConversion.InvalidSchema", message: `The table ${TableName} has no columns.` };
}

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly fault?: Fault;
}
