// JSONata, the language of its authors' own library, with what AWS adds to it
// and takes from it, and with limits on time and depth.

import { createRequire } from "node:module";
import type jsonataFunction from "jsonata";
import type { JsonValue } from "../../model/shapes.ts";
import { additions, type Chance } from "./additions.ts";

/** An expression that is none, or failed. `code` is JSONata's own: `T2001`. */
export class JsonataError extends Error {
  override readonly name = "JsonataError";
  readonly code: string | undefined;
  readonly position: number | undefined;

  constructor(message: string, code?: string, position?: number) {
    super(message);
    this.code = code;
    this.position = position;
  }
}

export interface JsonataExpression {
  readonly text: string;
  /** Resolves to undefined where the expression finds nothing. Rejects with `JsonataError`. */
  readonly evaluate: (
    bindings: Readonly<Record<string, unknown>>,
    chance: Chance,
  ) => Promise<JsonValue | undefined>;
}

export type { Chance } from "./additions.ts";

/** Milliseconds; an expression that takes longer holds everything else up. */
const longestRun = 2_000;
/** Nested evaluations: each call of a function takes a few. */
const deepest = 1_000;
const limits = { timeout: longestRun, stack: deepest };

// The library takes milliseconds to load, which only those who use it should wait for.
const load = createRequire(import.meta.url);
const library = (): typeof jsonataFunction => load("jsonata") as typeof jsonataFunction;

/** Parses once; throws `JsonataError`. */
export function compileJsonata(text: string): JsonataExpression {
  const expression = parse(text);
  const format = parse("$fromMillis($m, $p, $z)");
  const fixed = additions(async (at, picture, zone) =>
    format.evaluate(undefined, { m: at, p: picture, z: zone }),
  );
  for (const [name, value] of Object.entries(fixed.constant)) expression.assign(name, value);
  return {
    text,
    evaluate: async (bindings, chance) => {
      try {
        const found: unknown = await expression.evaluate(undefined, { ...fixed.of(chance), ...bindings });
        return plain(found) as JsonValue | undefined;
      } catch (error) {
        throw asJsonataError(error);
      }
    },
  };
}

function parse(text: string): jsonataFunction.Expression {
  try {
    return library()(text, limits as jsonataFunction.JsonataOptions);
  } catch (error) {
    throw asJsonataError(error);
  }
}

/**
 * The library marks the arrays that it makes, and would treat them in another way
 * when they come back; functions are values of the language, but no JSON.
 */
function plain(value: unknown): unknown {
  if (typeof value === "function") throw notJson();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(plain);
    return "sequence" in value || items.some((item, at) => item !== value[at]) ? items : value;
  }
  if ("_jsonata_lambda" in value || "_jsonata_function" in value) throw notJson();
  const entries = Object.entries(value);
  const made = entries.map(([name, inner]) => [name, plain(inner)] as const);
  return made.some(([, inner], at) => inner !== entries[at]![1]) ? Object.fromEntries(made) : value;
}

function notJson(): JsonataError {
  return new JsonataError("The result contains a function, which is not JSON");
}

function asJsonataError(error: unknown): JsonataError {
  if (error instanceof JsonataError) return error;
  if (error instanceof RangeError)
    return new JsonataError("Stack overflow. Check for non-terminating recursive function.", "D1011");
  const { message, code, position } = error as {
    readonly message?: string;
    readonly code?: string;
    readonly position?: number;
  };
  return new JsonataError(message ?? String(error), code, position);
}
