// Filter criteria, with the fault that Lambda answers for a pattern that is none.

import { EventPatternError } from "../../../lang/event-pattern/pattern-error.ts";
import type { FilterCriteria } from "../../../model/generated/lambda.d.ts";
import { criteriaTest as testOf } from "../../../sources/filter.ts";
import { invalid } from "../model.ts";

/** Undefined where everything passes. */
export function criteriaTest(criteria: FilterCriteria | undefined): ((seen: unknown) => boolean) | undefined {
  try {
    return testOf(criteria);
  } catch (error) {
    if (error instanceof EventPatternError) throw invalid("Invalid filter pattern definition.");
    throw error;
  }
}
