// Applies patch operations to a state by a table of rules, in order; refuses
// what the table does not have in AWS's words.

import type { Op, PatchOperation } from "../../../model/generated/apigateway.d.ts";
import { badRequest } from "../model.ts";
import type { Draft, PatchRule } from "./rule.ts";

interface CompiledRule extends PatchRule {
  readonly pattern: RegExp;
}

export interface PatchTable {
  readonly rules: readonly CompiledRule[];
  /** Words the refusal of a path, where the kind of thing has its own words for it. */
  readonly refusal?: ((path: string, op: Op, paths: readonly string[]) => string) | undefined;
}

export function patchTable(rules: readonly PatchRule[], refusal?: PatchTable["refusal"]): PatchTable {
  return {
    rules: rules.map((rule) => ({ ...rule, pattern: rule.pattern ?? patternOf(rule.path) })),
    refusal,
  };
}

/** The state with the patches applied; the one given is not touched. */
export function patched<T extends object>(
  state: T,
  operations: readonly PatchOperation[] | undefined,
  table: PatchTable,
): T {
  if (operations === undefined || operations.length === 0) return state;
  const draft: Draft = structuredClone(state);
  for (const operation of operations) apply(draft, operation, table);
  return draft as T;
}

function apply(draft: Draft, { op, path = "", value, from }: PatchOperation, table: PatchTable): void {
  if (op === undefined)
    throw badRequest(
      "Invalid patch operation specified. Must be one of: [add, remove, replace, move, copy, test]",
    );
  for (const rule of table.rules) {
    const match = rule.pattern.exec(path);
    if (match === null || !rule.ops.includes(op)) continue;
    rule.edit(draft, { op, path, value: value ?? "", from, names: match.slice(1).map(unescapePointer) });
    return;
  }
  const paths = table.rules
    .filter((rule) => rule.listed !== false && rule.ops.includes(op))
    .map((rule) => rule.path);
  if (table.refusal !== undefined) throw badRequest(table.refusal(path, op, paths));
  throw badRequest(
    `Invalid patch path  '${path}' specified for op '${op}'. ${
      paths.length === 0 ? "Please choose supported operations" : `Must be one of: [${paths.join(", ")}]`
    }`,
  );
}

function patternOf(path: string): RegExp {
  const parts = path
    .split("/")
    .map((part) => (part.startsWith("<") ? "([^/]+)" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${parts.join("/")}$`);
}

export function unescapePointer(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}
