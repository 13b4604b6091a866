// Input templates of pipes: text, or JSON, with paths into the event and facts
// of the pipe: `{"id": <$.body.id>, "pipe": "<aws.pipes.pipe-name>"}`.

import { templatePieces } from "../../../lang/input-template/pieces.ts";
import { compileJsonPath } from "../../../lang/json-path/compile.ts";
import { JsonPathError } from "../../../lang/json-path/path-error.ts";
import type { JsonValue } from "../../../model/shapes.ts";
import { invalid } from "../model.ts";
import type { PipeEvent } from "./event.ts";

/** What a template may name besides the event. */
export type PipeFacts = Readonly<
  Record<"pipe-arn" | "pipe-name" | "source-arn" | "enrichment-arn" | "target-arn", string | undefined>
>;

export type Transformation = (event: PipeEvent) => string;
type Find = (event: PipeEvent) => JsonValue | undefined;

const variablePattern = /<(\$[^<>]*|aws\.pipes\.[\w.-]+)>/g;

/** Throws the service's fault where a path or a variable is none. */
export function compileTemplate(template: string, facts: PipeFacts): Transformation {
  // Outside quotes a string is JSON in a template that is JSON, and plain in any other text.
  const isJson = /^\s*[[{]/.test(template);
  const pieces = templatePieces(template, variablePattern).map(({ text, variable, quoted }) => ({
    text,
    find: variable === undefined ? undefined : compileVariable(variable, facts),
    quoted: quoted === true,
  }));
  return (event) =>
    pieces
      .map(({ text, find, quoted }) => {
        if (find === undefined) return text;
        const value = find(event);
        if (quoted) return JSON.stringify(plain(value)).slice(1, -1);
        return isJson ? JSON.stringify(value === undefined ? "" : value) : plain(value);
      })
      .join("");
}

function plain(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

function compileVariable(name: string, facts: PipeFacts): Find {
  if (name.startsWith("$")) return compilePath(name);
  const fact = name.slice("aws.pipes.".length);
  switch (fact) {
    case "event.ingestion-time":
      return ({ receivedAt }) => new Date(receivedAt).toISOString();
    case "event":
      return ({ value }) => value;
    case "event.json":
      return ({ seen }) => seen;
    default: {
      if (!(fact in facts)) throw invalid(`The input template has an unknown variable: ${name}.`);
      const value = facts[fact as keyof PipeFacts];
      return () => value;
    }
  }
}

export function compilePath(text: string): Find {
  try {
    const path = compileJsonPath(text);
    return ({ seen }) => path.find(seen);
  } catch (error) {
    if (error instanceof JsonPathError) throw invalid(`Invalid JSON path ${text}: ${error.message}`);
    throw error;
  }
}
