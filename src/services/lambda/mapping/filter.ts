// Filter criteria: a message goes to the function where one of the patterns
// matches it; the others are deleted unseen.

import { parseEventPattern } from "../../../lang/event-pattern/compile.ts";
import { EventPatternError } from "../../../lang/event-pattern/pattern-error.ts";
import type { FilterCriteria } from "../../../model/generated/lambda.d.ts";
import { invalid } from "../model.ts";
import type { SqsRecord } from "./record.ts";

export type RecordFilter = (record: SqsRecord) => boolean;

/** For messages of a queue. Undefined where every message passes. */
export function recordFilter(criteria: FilterCriteria | undefined): RecordFilter | undefined {
  const test = criteriaTest(criteria);
  return test && ((record) => test({ ...record, body: bodyValue(record.body) }));
}

/** For anything. Undefined where everything passes. Throws AWS's fault for a pattern that is none. */
export function criteriaTest(criteria: FilterCriteria | undefined): ((seen: unknown) => boolean) | undefined {
  const patterns = (criteria?.Filters ?? []).flatMap(({ Pattern }) => Pattern ?? []);
  if (patterns.length === 0) return undefined;
  const tests = patterns.map((pattern) => {
    try {
      return parseEventPattern(pattern);
    } catch (error) {
      if (error instanceof EventPatternError) throw invalid("Invalid filter pattern definition.");
      throw error;
    }
  });
  return (seen) => tests.some((test) => test(seen));
}

/** A pattern for JSON does not match plain text, nor the other way round. */
function bodyValue(body: string): unknown {
  if (!body.trimStart().startsWith("{")) return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
