// Map, distributed: every item, or batch of them, is an execution of its own.
// The state evaluates what it was given, asks for a map run, and waits for it.

import type { Json } from "../data/scope.ts";
import { compileDataFlow, optional } from "../data-flow.ts";
import type { MapDefinition } from "../definition.ts";
import type { Frame } from "../frame.ts";
import type { MapRunPlan } from "../happening.ts";
import type { CompiledState } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { nextSequence, type Run, record } from "../run.ts";
import { contextOf, scopeOf } from "../scope.ts";
import { leave, raise } from "../transitions.ts";
import { compileErrors, named, type StateContext } from "./context.ts";
import { compileItems, numberOf } from "./map.ts";

export function compileDistributedMap(definition: MapDefinition, context: StateContext): CompiledState {
  const { language, name } = context;
  const { Parameters: _older, ItemSelector: _selector, ...fields } = definition;
  const flow = compileDataFlow(fields, language);
  const block = context.block(definition.ItemProcessor!);
  const plan = compilePlan(definition, context);
  return {
    ...named(name, definition),
    ...compileErrors(definition, language),
    run: (run, frame) =>
      chain(flow.effective(run, frame), (effective) =>
        chain(plan(run, frame, effective), (evaluated) => {
          const label = definition.Label ?? defaultLabel(name);
          const arn = mapRunArn(run, label);
          const { items } = evaluated;
          record(run, frame, "MapStateStarted", { length: Array.isArray(items) ? items.length : 0 });
          record(run, frame, "MapRunStarted", { mapRunArn: arn });
          const sequence = nextSequence(run);
          frame.wait = { kind: "map-run", sequence, arn };
          run.memory.touch(frame);
          run.commands.push({
            type: "mapRun",
            frame: frame.id,
            sequence,
            arn,
            plan: {
              ...evaluated,
              block,
              state: name,
              label,
              effective,
              variables: frame.variables,
              context: contextOf(run, frame),
            },
          });
        }),
      ),
    resume: (run, frame, happening) => {
      if (happening.type !== "mapRunEnded") return;
      const { failure, output } = happening;
      if (failure !== undefined) {
        record(run, frame, "MapRunFailed", { error: failure.error, cause: failure.cause });
        record(run, frame, "MapStateFailed");
        return raise(run, frame, failure);
      }
      record(run, frame, "MapRunSucceeded");
      record(run, frame, "MapStateSucceeded");
      return chain(flow.finish(run, frame, output), (outcome) => leave(run, frame, outcome, definition.Next));
    },
  };
}

type Evaluated = Omit<MapRunPlan, "block" | "state" | "label" | "effective" | "variables" | "context">;

function compilePlan(
  definition: MapDefinition,
  context: StateContext,
): (run: Run, frame: Frame, effective: Json) => Maybe<Evaluated> {
  const { ItemReader, ItemBatcher, ResultWriter } = definition;
  const { query } = context.language;
  const template = (value: Json | undefined, where: string) =>
    optional(value, (given) => query.template(given, where));
  const number = (value: number | string | undefined, path: string | undefined, field: string) =>
    value === undefined && path === undefined ? undefined : numberOf(value, path, field, context);

  const items = ItemReader === undefined ? compileItems(definition, context, true) : undefined;
  const reader = template(ItemReader?.Parameters ?? ItemReader?.Arguments, "ItemReader/Parameters");
  const writer = template(ResultWriter?.Parameters ?? ResultWriter?.Arguments, "ResultWriter/Parameters");
  const batchInput = template(ItemBatcher?.BatchInput, "ItemBatcher/BatchInput");
  const config = ItemReader?.ReaderConfig;
  const numbers = {
    maxConcurrency: number(definition.MaxConcurrency, definition.MaxConcurrencyPath, "MaxConcurrency"),
    toleratedFailureCount: number(
      definition.ToleratedFailureCount,
      definition.ToleratedFailureCountPath,
      "ToleratedFailureCount",
    ),
    toleratedFailurePercentage: number(
      definition.ToleratedFailurePercentage,
      definition.ToleratedFailurePercentagePath,
      "ToleratedFailurePercentage",
    ),
    maxItems: number(config?.MaxItems, config?.MaxItemsPath, "MaxItems"),
    maxItemsPerBatch: number(
      ItemBatcher?.MaxItemsPerBatch,
      ItemBatcher?.MaxItemsPerBatchPath,
      "MaxItemsPerBatch",
    ),
    maxBytesPerBatch: number(
      ItemBatcher?.MaxInputBytesPerBatch,
      ItemBatcher?.MaxInputBytesPerBatchPath,
      "MaxInputBytesPerBatch",
    ),
  };

  // Once for each map, however many items it has: plain promises will do.
  return async (run, frame, effective) => {
    const scope = scopeOf(run, frame, effective);
    const found: { -readonly [K in keyof typeof numbers]?: number } = {};
    for (const [name, evaluate] of Object.entries(numbers)) {
      const value = await evaluate?.(run, frame, effective);
      if (value !== undefined) found[name as keyof typeof numbers] = value;
    }
    return {
      maxConcurrency: 0,
      ...found,
      ...(items === undefined ? {} : { items: (await items(run, frame, effective)) as Json }),
      ...(reader === undefined ? {} : { readerParameters: await reader(scope) }),
      ...(writer === undefined ? {} : { writerParameters: await writer(scope) }),
      ...(batchInput === undefined ? {} : { batchInput: await batchInput(scope) }),
    };
  };
}

/** What AWS makes of a state's name where it has no label of its own. */
function defaultLabel(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, "").slice(0, 40);
}

function mapRunArn(run: Run, label: string): string {
  const { region, account, stateMachineName } = run.facts;
  return `arn:aws:states:${region}:${account}:mapRun:${stateMachineName}/${label}:${run.chance.uuid()}`;
}
