// A filter pattern as an input gives it, or the fault for one that cannot be read.

import { compileFilter, FilterSyntaxError, type MessageFilter } from "../../lang/log-filter/filter.ts";
import { invalid } from "./model.ts";

export function messageFilter(pattern: string | undefined): MessageFilter {
  try {
    return compileFilter(pattern ?? "");
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw invalid("Invalid filter pattern");
    throw error;
  }
}
