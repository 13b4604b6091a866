// Maps and Parallels under test: their work is always mocked, so that they run
// as a task of the same input, result, Retry and Catch. What only a map has, its
// items and limits, is shown beside.

import { Readable } from "node:stream";
import type { Waiting } from "../../../core/waiting.ts";
import type { InspectionData } from "../../../model/generated/stepfunctions.d.ts";
import { queryLanguages } from "../asl/data/index.ts";
import type { Json, Scope } from "../asl/data/scope.ts";
import type { MapDefinition, StateDefinition, TaskDefinition } from "../asl/definition.ts";
import { batchItems, itemsOfText } from "../map-items/index.ts";
import type { Observed, TaskOutcome, Trial } from "./drive.ts";
import type { Subject } from "./subject.ts";

/** Any task will do: it is never performed. */
const resource = "arn:aws:states:::lambda:invoke";

export function standIn(state: StateDefinition): StateDefinition {
  if (state.Type !== "Map" && state.Type !== "Parallel") return state;
  const {
    Comment,
    QueryLanguage,
    InputPath,
    OutputPath,
    Output,
    Next,
    End,
    Assign,
    Parameters,
    Arguments,
    ResultSelector,
    ResultPath,
    Retry,
    Catch,
  } = state as MapDefinition & { readonly Arguments?: Json };
  // The Parameters of a map are the older name of its ItemSelector.
  const own = state.Type === "Parallel" ? { Parameters, Arguments } : {};
  const fields = {
    Comment,
    QueryLanguage,
    InputPath,
    OutputPath,
    Output,
    Next,
    End,
    Assign,
    ...own,
    ResultSelector,
    ResultPath,
    Retry,
    Catch,
  };
  return {
    Type: "Task",
    Resource: resource,
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  } as TaskDefinition;
}

/** Fails a map whose iterations failed too often. */
export function mapOutcome(
  state: StateDefinition,
  outcome: TaskOutcome | undefined,
  failures: number,
): TaskOutcome | undefined {
  if (state.Type !== "Map" || failures === 0) return outcome;
  const { ToleratedFailureCount: count, ToleratedFailurePercentage: percentage } = state;
  const tolerated = typeof count === "number" && failures <= count;
  if (tolerated || typeof percentage === "number") return outcome;
  return {
    error: "States.ExceedToleratedFailureThreshold",
    cause: "The specified tolerated failure threshold was exceeded",
  };
}

/** The items of a map and its limits, as its fields make them of the input. */
export async function mapInspection(
  { state, language }: Subject,
  input: Json,
  observed: Observed,
  readerData: string | undefined,
  trial: Omit<Trial, "definition">,
  ctx: Waiting,
): Promise<InspectionData> {
  if (state.Type !== "Map" || observed.head.status === "FAILED") return {};
  const query = queryLanguages[state.QueryLanguage ?? language];
  const effective = observed.stages.get("afterInputPath") ?? input;
  const scope: Scope = {
    input: effective,
    context: trial.facts.context ?? {},
    variables: trial.variables,
    now: ctx.now(),
    random: () => ctx.ids.fraction(),
    uuid: () => ctx.ids.uuid(),
  };
  const shown: Record<string, string> = {};
  const show = (name: string, value: Json): void => {
    shown[name] = JSON.stringify(value);
  };
  let items = await itemsOf(state, query, scope, readerData);
  if (state.ItemReader === undefined) show("afterItemsPath", items as Json);
  else if (state.ItemReader.ReaderConfig?.ItemsPointer !== undefined)
    show("afterItemsPointer", items as Json);
  const shape = state.ItemSelector ?? state.Parameters;
  if (shape !== undefined) {
    const select = query.template(shape, "ItemSelector");
    items = await Promise.all(
      items.map((Value, Index) =>
        select({ ...scope, context: { ...scope.context, Map: { Item: { Index, Value } } } }),
      ),
    );
    show("afterItemSelector", items as Json);
  }
  if (state.ItemBatcher !== undefined) show("afterItemBatcher", await batched(state, query, scope, items));
  return { ...shown, ...limits(state) };
}

type Query = (typeof queryLanguages)[keyof typeof queryLanguages];

async function itemsOf(
  state: MapDefinition,
  query: Query,
  scope: Scope,
  readerData: string | undefined,
): Promise<readonly Json[]> {
  if (state.ItemReader !== undefined) {
    const found: Json[] = [];
    const text = Readable.from([Buffer.from(readerData ?? "[]")], { objectMode: false });
    for await (const item of itemsOfText(text, state.ItemReader.ReaderConfig ?? {})) found.push(item);
    return found;
  }
  const value =
    state.Items !== undefined
      ? await query.template(state.Items, "Items")(scope)
      : state.ItemsPath === undefined
        ? scope.input
        : await query.path(state.ItemsPath, "ItemsPath")(scope);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

async function batched(
  state: MapDefinition,
  query: Query,
  scope: Scope,
  items: readonly Json[],
): Promise<Json> {
  const { MaxItemsPerBatch: most, MaxInputBytesPerBatch: bytes, BatchInput: batchInput } = state.ItemBatcher!;
  const limit = {
    ...(typeof most === "number" ? { maxItems: most } : {}),
    ...(typeof bytes === "number" ? { maxBytes: bytes } : {}),
    ...(batchInput === undefined
      ? {}
      : { batchInput: await query.template(batchInput, "ItemBatcher/BatchInput")(scope) }),
  };
  const batches: Json[] = [];
  for await (const batch of batchItems(each(items), limit)) batches.push(batch);
  return batches;
}

async function* each(items: readonly Json[]): AsyncGenerator<Json> {
  yield* items;
}

function limits(state: MapDefinition): InspectionData {
  const { MaxConcurrency, ToleratedFailureCount, ToleratedFailurePercentage } = state;
  return {
    ...(typeof MaxConcurrency === "number" ? { maxConcurrency: MaxConcurrency } : {}),
    ...(typeof ToleratedFailureCount === "number" ? { toleratedFailureCount: ToleratedFailureCount } : {}),
    ...(typeof ToleratedFailurePercentage === "number"
      ? { toleratedFailurePercentage: ToleratedFailurePercentage }
      : {}),
  };
}
