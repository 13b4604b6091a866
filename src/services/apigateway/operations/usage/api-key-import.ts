// Imports API keys from a CSV file: a line each, with the plans they belong to.

import type { Waiting } from "../../../../core/waiting.ts";
import { badRequest, type Input, type Output } from "../../model.ts";
import { findApiKey } from "../../usage/api-key.ts";
import { UsagePlanKeyRecord, UsagePlanRecord } from "../../usage/usage-plan.ts";
import { newApiKey } from "./api-keys.ts";

const mostKeys = 10_000;

interface Line {
  readonly name: string;
  readonly value: string;
  readonly description: string | undefined;
  readonly enabled: boolean;
  readonly planIds: readonly string[];
}

export async function importApiKeys(
  { body, failOnWarnings }: Input<"ImportApiKeys">,
  ctx: Waiting,
): Promise<Output<"ImportApiKeys">> {
  const lines = await readLines(Buffer.from(body).toString("utf8"));
  return ctx.atomically(async (tx) => {
    const ids: string[] = [];
    const warnings: string[] = [];
    for (const line of lines) {
      if ((await findApiKey(tx, line.value)) !== undefined) {
        warnings.push(`Unable to import API key '${line.name}': API Key already exists`);
        continue;
      }
      const { name, value, description, enabled } = line;
      const key = await newApiKey(tx, { name, value, description, enabled });
      ids.push(key.id);
      for (const planId of line.planIds) {
        if ((await tx.get(UsagePlanRecord, planId)) === undefined) {
          warnings.push(
            `Unable to add API key '${name}' to usage plan '${planId}': Invalid Usage Plan ID specified`,
          );
        } else tx.put(UsagePlanKeyRecord, { planId, keyId: key.id });
      }
    }
    if (failOnWarnings === true && warnings.length > 0) {
      throw badRequest(`Warnings found during import:\n\t${warnings.join("\n\t")}`);
    }
    return { ids, warnings };
  });
}

async function readLines(csv: string): Promise<readonly Line[]> {
  const { parse } = await import("csv-parse/sync");
  let rows: Record<string, string>[];
  try {
    rows = parse(csv, {
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      skip_empty_lines: true,
      relax_column_count: true,
      trim: true,
    }) as unknown as Record<string, string>[];
  } catch {
    throw badRequest("Unable to parse API keys: invalid CSV");
  }
  if (rows.length > mostKeys) throw badRequest(`At most ${mostKeys} API keys can be imported at once`);
  return rows.map((row) => {
    if (!row.name || !row.key) throw badRequest("API key import requires the columns 'name' and 'key'");
    return {
      name: row.name,
      value: row.key,
      description: row.description || undefined,
      enabled: row.enabled?.toLowerCase() !== "false",
      planIds: (row.usageplanids ?? "")
        .split(",")
        .map((id) => id.trim())
        .filter((id) => id !== ""),
    };
  });
}
