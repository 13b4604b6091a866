// Filter criteria: a record is wanted where one of the patterns matches it.

import { parseEventPattern } from "../lang/event-pattern/compile.ts";

export interface FilterCriteria {
  readonly Filters?: readonly { readonly Pattern?: string | undefined }[] | undefined;
}

/** Undefined where everything is wanted. Throws `EventPatternError` for a pattern that is none. */
export function criteriaTest(criteria: FilterCriteria | undefined): ((seen: unknown) => boolean) | undefined {
  const patterns = (criteria?.Filters ?? []).flatMap(({ Pattern }) => Pattern ?? []);
  if (patterns.length === 0) return undefined;
  const tests = patterns.map(parseEventPattern);
  return (seen) => tests.some((test) => test(seen));
}
