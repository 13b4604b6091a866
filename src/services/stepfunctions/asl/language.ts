// The query language that holds for a state: its own, or the machine's.

import { queryLanguages } from "./data/index.ts";
import type { QueryLanguageName } from "./definition.ts";

export interface Language {
  readonly name: QueryLanguageName;
  readonly query: (typeof queryLanguages)[QueryLanguageName];
}

export function languageOf(own: QueryLanguageName | undefined, inherited: QueryLanguageName): Language {
  const name = own ?? inherited;
  return { name, query: queryLanguages[name] };
}
