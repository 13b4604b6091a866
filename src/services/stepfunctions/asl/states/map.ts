// Map, inline: the same states for every item, some of them at a time. A
// distributed Map is a run of executions of its own, and begins here as well.

import { type Evaluate, type Json, StateError } from "../data/scope.ts";
import { compileDataFlow } from "../data-flow.ts";
import type { MapDefinition, NumberOrExpression } from "../definition.ts";
import type { ChildrenWait, Frame } from "../frame.ts";
import type { CompiledState } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { nextSequence, type Run, record } from "../run.ts";
import { scopeOf, scopeOfItem } from "../scope.ts";
import { leave, startChild } from "../transitions.ts";
import { compileErrors, named, type StateContext } from "./context.ts";
import { compileDistributedMap } from "./distributed-map.ts";

/** AWS runs at most so many iterations of an inline map at once. */
const maximumConcurrency = 40;

export function compileMap(definition: MapDefinition, context: StateContext): CompiledState {
  return definition.ItemProcessor?.ProcessorConfig?.Mode === "DISTRIBUTED"
    ? compileDistributedMap(definition, context)
    : compileInlineMap(definition, context);
}

function compileInlineMap(definition: MapDefinition, context: StateContext): CompiledState {
  const { language, name } = context;
  // In an inline map, Parameters is the older name of ItemSelector.
  const { Parameters, ItemSelector, ...fields } = definition;
  const flow = compileDataFlow(fields, language);
  const block = context.block(definition.ItemProcessor ?? definition.Iterator!);
  const items = compileItems(definition, context);
  const shape = ItemSelector ?? Parameters;
  const selector = shape === undefined ? undefined : language.query.template(shape, "ItemSelector");
  const concurrency = numberOf(
    definition.MaxConcurrency,
    definition.MaxConcurrencyPath,
    "MaxConcurrency",
    context,
  );
  const { Next } = definition;

  const startIteration = (run: Run, frame: Frame, index: number, value: Json): Maybe<void> => {
    const wait = frame.wait as ChildrenWait;
    const start = (input: Json): void =>
      startChild(run, frame, { slot: index, block, input, item: { index, value } }, (child) =>
        record(run, child, "MapIterationStarted", { name, index }),
      );
    if (selector === undefined) return start(value);
    return chain(selector(scopeOfItem(run, frame, wait.effective ?? frame.input, index, value)), start);
  };

  const startAll = (run: Run, frame: Frame, values: readonly Json[], from: number): Maybe<void> => {
    const wait = frame.wait as ChildrenWait;
    for (let index = from; index < Math.min(values.length, wait.concurrency); index++) {
      wait.next = index + 1;
      const pending = startIteration(run, frame, index, values[index]!);
      if (pending instanceof Promise) return pending.then(() => startAll(run, frame, values, index + 1));
    }
  };

  const succeed = (run: Run, frame: Frame): Maybe<void> =>
    chain(run.memory.results(frame), (results) => {
      run.memory.forget(frame);
      record(run, frame, "MapStateSucceeded");
      return chain(flow.finish(run, frame, results), (outcome) => leave(run, frame, outcome, Next));
    });

  return {
    ...named(name, definition),
    ...compileErrors(definition, language),
    run: (run, frame) =>
      chain(flow.effective(run, frame), (effective) =>
        chain(items(run, frame, effective), (values) =>
          chain(concurrency(run, frame, effective), (limit) => {
            record(run, frame, "MapStateStarted", { length: values.length });
            const most = Math.min(limit === 0 ? maximumConcurrency : limit, maximumConcurrency);
            frame.wait = {
              kind: "children",
              sequence: nextSequence(run),
              live: [],
              next: 0,
              count: values.length,
              concurrency: most,
              ...(effective === frame.input ? {} : { effective }),
            };
            run.memory.touch(frame);
            if (values.length === 0) return succeed(run, frame);
            for (let index = most; index < values.length; index++) {
              run.memory.putItem(frame, index, values[index]!);
            }
            return startAll(run, frame, values, 0);
          }),
        ),
      ),
    childEnded: (run, frame, child) => {
      const wait = frame.wait as ChildrenWait;
      record(run, child, "MapIterationSucceeded", { name, index: child.slot });
      if (wait.next < wait.count) {
        const index = wait.next++;
        return chain(run.memory.item(frame, index), (value) => startIteration(run, frame, index, value));
      }
      if (wait.live.length > 0) return;
      frame.event = child.event;
      return succeed(run, frame);
    },
    childFailed: (run, _frame, child) =>
      record(run, child, "MapIterationFailed", { name, index: child.slot }),
    childAborted: (run, _frame, child) =>
      record(run, child, "MapIterationAborted", { name, index: child.slot }),
  };
}

/** The array that a map works on; for a distributed one perhaps an object, whose fields are then its items. */
export function compileItems(
  definition: MapDefinition,
  context: StateContext,
  objects = false,
): (run: Run, frame: Frame, effective: Json) => Maybe<readonly Json[]> {
  const { query, name } = context.language;
  const { Items, ItemsPath } = definition;
  const field = name === "JSONata" ? "Items" : "ItemsPath";
  const evaluate: Evaluate | undefined =
    name === "JSONata"
      ? Items === undefined
        ? undefined
        : query.template(Items, field)
      : ItemsPath === undefined || ItemsPath === "$"
        ? undefined
        : query.path(ItemsPath, field);
  const array = (value: Json): readonly Json[] => {
    if (Array.isArray(value)) return value;
    if (objects && typeof value === "object" && value !== null) {
      return Object.entries(value).map(([Key, Value]) => ({ Key, Value: Value as Json }));
    }
    throw new StateError(
      name === "JSONata" ? "States.QueryEvaluationError" : "States.Runtime",
      name === "JSONata"
        ? `The JSONata expression '${String(Items ?? "Items")}' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was '${typeof value}'`
        : `Reference path "${ItemsPath ?? "$"}" must point to array.`,
    );
  };
  return (run, frame, effective) =>
    evaluate === undefined
      ? array(effective)
      : chain(evaluate(scopeOf(run, frame, effective)), (value) => {
          run.inspect?.("afterItemsPath", value);
          return array(value);
        });
}

export type NumberField = (run: Run, frame: Frame, effective: Json) => Maybe<number>;

/** A count that may come from the data; 0 where nothing says. */
export function numberOf(
  value: NumberOrExpression | undefined,
  path: string | undefined,
  field: string,
  { language: { query } }: StateContext,
): NumberField {
  if (path === undefined && (value === undefined || typeof value === "number")) return () => value ?? 0;
  const evaluate: Evaluate =
    path === undefined ? query.value<Json>(value!, field) : query.path(path, `${field}Path`);
  return (run, frame, effective) =>
    chain(evaluate(scopeOf(run, frame, effective)), (found) => {
      if (typeof found === "number" && found >= 0) return found;
      throw new StateError(
        "States.Runtime",
        `The ${field} parameter does not reference a non-negative number: ${JSON.stringify(found)}`,
      );
    });
}
