// The filter pattern language of CloudWatch Logs: terms, JSON and
// space-delimited patterns, compiled once to a test of messages.

import { compileColumns } from "./columns.ts";
import { compileJson } from "./json.ts";
import { FilterSyntaxError } from "./syntax.ts";
import { compileTerms } from "./terms.ts";

export { FilterSyntaxError } from "./syntax.ts";

export type MessageFilter = (message: string) => boolean;

const maximumLength = 1024;

/** Throws `FilterSyntaxError` for what is not a pattern. The empty pattern matches everything. */
export function compileFilter(pattern: string): MessageFilter {
  if (pattern.length > maximumLength) throw new FilterSyntaxError("The pattern is too long");
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("{")) return compileJson(text);
  if (text.startsWith("[")) return compileColumns(text);
  return compileTerms(text);
}
