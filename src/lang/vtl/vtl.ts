// The Velocity Template Language as API Gateway runs it: templates are compiled
// once and run for every request, with what the caller lends them.

import { compileNodes, type Run } from "./compile.ts";
import { parseTemplate } from "./parse.ts";
import type { Value } from "./value.ts";

/** Throws `VtlError` where it goes beyond a limit. */
export type Template = (lent: Readonly<Record<string, Value>>) => string;

/** Throws `VtlError` where the text is no template. */
export function compileTemplate(text: string): Template {
  if (!/[$#\\]/.test(text)) return () => text;
  const step = compileNodes(parseTemplate(text));
  return (lent) => {
    const run: Run = {
      out: "",
      variables: new Map(Object.entries(lent)),
      halted: undefined,
      iterations: 0,
    };
    step(run);
    return run.out;
  };
}
