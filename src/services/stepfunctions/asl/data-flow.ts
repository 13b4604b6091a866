// The way of data through a state: what is made of its input before it works,
// and of its result afterwards, in either query language.

import type { Json } from "./data/scope.ts";
import { compileSetPath } from "./data/set-path.ts";
import type { CommonFields, ResultFields, TransitionFields } from "./definition.ts";
import type { Frame } from "./frame.ts";
import type { Language } from "./language.ts";
import { chain, type Maybe } from "./maybe.ts";
import type { Outcome } from "./outcome.ts";
import type { Run } from "./run.ts";
import { scopeOf, scopeWithToken } from "./scope.ts";

export interface DataFlow {
  /** JSONPath: what InputPath leaves of the input. JSONata: the input. */
  readonly effective: (run: Run, frame: Frame) => Maybe<Json>;
  /** The effective input, shaped by Parameters or Arguments. */
  readonly prepare: (run: Run, frame: Frame, token?: string) => Maybe<Json>;
  readonly finish: (run: Run, frame: Frame, result: Json) => Maybe<Outcome>;
}

type Fields = CommonFields &
  TransitionFields &
  ResultFields & { readonly Arguments?: Json; readonly Retry?: unknown };

export function compileDataFlow(fields: Fields, language: Language): DataFlow {
  return language.name === "JSONata" ? jsonataFlow(fields, language) : jsonPathFlow(fields, language);
}

function jsonataFlow(fields: Fields, { query }: Language): DataFlow {
  const prepared = optional(fields.Arguments, (value) => query.template(value, "Arguments"));
  const output = optional(fields.Output, (value) => query.template(value, "Output"));
  const assign = optional(fields.Assign, (value) => query.template(value, "Assign"));
  return {
    effective: (_run, frame) => frame.input,
    prepare: (run, frame, token) => {
      if (prepared === undefined) return frame.input;
      return inspected(run, "afterArguments", prepared(inputScope(run, frame, frame.input, token)));
    },
    finish: (run, frame, result) => {
      if (output === undefined && assign === undefined) return { output: result };
      const scope = scopeOf(run, frame, frame.input, result);
      return outcome(output === undefined ? result : output(scope), assign?.(scope));
    },
  };
}

function jsonPathFlow(fields: Fields, { query }: Language): DataFlow {
  const { InputPath, OutputPath, Parameters, ResultSelector, ResultPath, Assign } = fields;
  const inputPath = optional(meaningful(InputPath), (path) => query.path(path, "InputPath"));
  const outputPath = optional(meaningful(OutputPath), (path) => query.path(path, "OutputPath"));
  const parameters = optional(Parameters, (value) => query.template(value, "Parameters"));
  const selector = optional(ResultSelector, (value) => query.template(value, "ResultSelector"));
  const assign = optional(Assign, (value) => query.template(value, "Assign"));
  const put = typeof ResultPath === "string" && ResultPath !== "$" ? compileSetPath(ResultPath) : undefined;

  const effective: DataFlow["effective"] = (run, frame) =>
    inputPath === undefined
      ? frame.input
      : inspected(run, "afterInputPath", inputPath(scopeOf(run, frame, frame.input)));

  const combine = (run: Run, frame: Frame, selected: Json): Maybe<Json> => {
    if (ResultPath === null) return frame.input;
    return put === undefined ? selected : inspected(run, "afterResultPath", put(frame.input, selected));
  };

  return {
    effective,
    prepare: (run, frame, token) => {
      if (parameters === undefined) return effective(run, frame);
      return inspected(
        run,
        "afterParameters",
        chain(effective(run, frame), (input) => parameters(inputScope(run, frame, input, token))),
      );
    },
    finish: (run, frame, result) => {
      const selected =
        selector === undefined
          ? result
          : inspected(run, "afterResultSelector", selector(scopeOf(run, frame, result)));
      const combined = chain(selected, (value) => combine(run, frame, value));
      const output =
        outputPath === undefined
          ? combined
          : chain(combined, (value) => outputPath(scopeOf(run, frame, value)));
      return outcome(output, assign?.(scopeOf(run, frame, result)));
    },
  };
}

export function outcome(output: Maybe<Json>, assigned: Maybe<Json> | undefined): Maybe<Outcome> {
  return chain(output, (value) =>
    assigned === undefined
      ? { output: value }
      : chain(assigned, (variables) => ({ output: value, assigned: variables as Outcome["assigned"] })),
  );
}

function inputScope(run: Run, frame: Frame, input: Json, token: string | undefined) {
  return token === undefined ? scopeOf(run, frame, input) : scopeWithToken(run, frame, input, token);
}

function inspected(run: Run, stage: string, value: Maybe<Json>): Maybe<Json> {
  const { inspect } = run;
  if (inspect === undefined) return value;
  return chain(value, (seen) => {
    inspect(stage, seen);
    return seen;
  });
}

/** `$` changes nothing. */
function meaningful(path: string | null | undefined): string | null | undefined {
  return path === "$" ? undefined : path;
}

export function optional<T, U>(value: T | undefined, compile: (value: T) => U): U | undefined {
  return value === undefined ? undefined : compile(value);
}
