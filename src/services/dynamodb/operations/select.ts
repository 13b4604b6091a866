// What Query and Scan show of what they find: everything, what an index
// projects, certain attributes, or only how many there are.

import type { QueryInput, Select } from "../../../model/generated/dynamodb.d.ts";
import type { Projection } from "../expressions/expressions.ts";
import { invalidParameter, validation } from "../faults.ts";
import type { IndexLayout } from "../tables/layout.ts";

export interface Selection {
  readonly countOnly: boolean;
  /** The index does not hold all that is asked for: read the table's own items. Only local indexes can. */
  readonly fetch: boolean;
}

/** What is wrong with the parameters whatever the table is. */
export function checkSelect(
  input: Pick<QueryInput, "Select" | "IndexName" | "AttributesToGet" | "ProjectionExpression">,
): void {
  const { Select: select, AttributesToGet: attributes } = input;
  const projection = attributes !== undefined || input.ProjectionExpression !== undefined;
  if (select === "ALL_PROJECTED_ATTRIBUTES" && input.IndexName === undefined) {
    throw invalidParameter("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
  if (projection && select !== undefined && select !== "SPECIFIC_ATTRIBUTES") {
    const parameter = attributes === undefined ? "ProjectionExpression" : "AttributesToGet";
    throw validation(`Cannot specify the ${parameter} when choosing to get ${select}`);
  }
  if (select === "SPECIFIC_ATTRIBUTES" && !projection) {
    throw validation(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    );
  }
}

export function selectionOf(
  select: Select | undefined,
  index: IndexLayout | undefined,
  projection: Projection | undefined,
): Selection {
  const countOnly = select === "COUNT";
  if (index?.projected === undefined) return { countOnly, fetch: false };
  const { name, global } = index.state;
  if (select === "ALL_ATTRIBUTES") {
    if (global) {
      throw invalidParameter(
        `Select type ALL_ATTRIBUTES is not supported for global secondary index ${name} because its projection type is not ALL`,
      );
    }
    return { countOnly, fetch: true };
  }
  const { projected } = index;
  const missing = projection?.attributes.filter((attribute) => !projected.has(attribute)) ?? [];
  if (missing.length > 0 && global) {
    throw invalidParameter(`Global secondary index ${name} does not project [${missing.join(", ")}]`);
  }
  return { countOnly, fetch: missing.length > 0 };
}
