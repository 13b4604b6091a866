// Mapping templates by content type, each compiled when it is first used: a
// template that is none is the caller's trouble, not the deployment's.

import { VtlError } from "../../lang/vtl/error.ts";
import type { Value } from "../../lang/vtl/value.ts";
import { compileTemplate, type Template } from "../../lang/vtl/vtl.ts";

export interface Templates {
  readonly none: boolean;
  /** By the content type without its parameters; undefined where there is none for it. */
  readonly for: (contentType: string) => MappingTemplate | undefined;
  readonly contentTypes: readonly string[];
}

export interface MappingTemplate {
  readonly contentType: string;
  /** Throws `VtlError`. */
  readonly run: (lent: Readonly<Record<string, Value>>) => string;
}

export function templatesOf(given: Readonly<Record<string, string>> | undefined): Templates {
  const compiled = new Map<string, MappingTemplate>();
  for (const [contentType, text] of Object.entries(given ?? {})) {
    compiled.set(contentType.toLowerCase(), { contentType, run: lazily(text) });
  }
  return {
    none: compiled.size === 0,
    for: (contentType) => compiled.get(contentType),
    contentTypes: [...compiled.keys()],
  };
}

/** `text/html; charset=utf-8` is `text/html`. */
export function mediaType(header: string): string {
  const end = header.indexOf(";");
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
}

function lazily(text: string): MappingTemplate["run"] {
  let template: Template | undefined;
  let flaw: VtlError | undefined;
  return (lent) => {
    if (flaw !== undefined) throw flaw;
    try {
      template ??= compileTemplate(text, { quiet: true });
    } catch (error) {
      if (error instanceof VtlError) flaw = error;
      throw error;
    }
    return template(lent);
  };
}
