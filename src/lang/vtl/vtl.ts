// The Velocity Template Language as API Gateway runs it: templates are compiled
// once and run for every request, with what the caller lends them.

import { compileNodes, type Run } from "./compile.ts";
import { parseTemplate } from "./parse.ts";
import type { Value } from "./value.ts";

/** Throws `VtlError` where it goes beyond a limit. */
export type Template = (lent: Readonly<Record<string, Value>>) => string;

export interface TemplateOptions {
  /** What is missing prints as nothing, as in API Gateway; otherwise as it stands in the template. */
  readonly quiet?: boolean;
}

/** Throws `VtlError` where the text is no template. */
export function compileTemplate(text: string, { quiet = false }: TemplateOptions = {}): Template {
  if (!/[$#\\]/.test(text)) return () => text;
  const step = compileNodes(parseTemplate(text));
  return (lent) => {
    const run: Run = {
      out: "",
      variables: new Map(Object.entries(lent)),
      halted: undefined,
      iterations: 0,
      quiet,
      depth: 0,
    };
    step(run);
    return run.out;
  };
}
