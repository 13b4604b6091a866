// Where an authorizer finds who asks: headers, query parameters, and, for those
// of Lambda, the context and stage variables.

import type { Exchange } from "../exchange.ts";
import { mappedValue } from "../mapping/sources.ts";

/** One value for each source; undefined where one has none. */
export function identityValues(
  exchange: Exchange,
  sources: readonly string[],
): readonly string[] | undefined {
  const values: string[] = [];
  for (const source of sources) {
    const value = mappedValue(source, exchange);
    if (value === undefined || value === "") return undefined;
    values.push(value);
  }
  return values;
}
