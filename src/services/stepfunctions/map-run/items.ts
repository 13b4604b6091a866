// The children of a map run as they are to be: every item, or batch of items,
// shaped and stored before the first of them runs. From then on a crash needs
// no second look at where the items came from.

import { assert } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue } from "../../../core/value.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Json, Scope } from "../asl/data/scope.ts";
import type { MapDefinition, StateMachineDefinition } from "../asl/definition.ts";
import type { MapRunPlan } from "../asl/happening.ts";
import { languageOf } from "../asl/language.ts";
import { batchItems, readItems, type SourcedItem } from "../map-items/index.ts";
import { machineOf, type RevisionState } from "../state-machine.ts";
import type { MapRunState, Total } from "./map-run.ts";

/** A child's input, and how many items are in it. */
export type ChildInput = readonly [input: Json, items: number];

export const childrenPerChunk = 100;

export function mapDefinition(revision: RevisionState, plan: MapRunPlan): MapDefinition {
  for (const { states } of machineOf(revision).blocks) {
    const definition = states.get(plan.state)?.definition;
    if (definition?.Type === "Map") return definition;
  }
  throw new Error(`There is no map ${plan.state}.`);
}

/** Reads, selects, batches and stores; tells how many there are. */
export async function prepareChildren(
  run: MapRunState,
  revision: RevisionState,
  ctx: Waiting,
): Promise<Total> {
  const definition = mapDefinition(revision, run.plan);
  const selected = selectItems(run, revision, definition, sourceOf(run, revision, definition, ctx), ctx);
  const { maxItemsPerBatch, maxBytesPerBatch, batchInput } = run.plan;
  const batched = definition.ItemBatcher !== undefined;
  const children = batched
    ? batchItems(selected, {
        ...(maxItemsPerBatch === undefined ? {} : { maxItems: maxItemsPerBatch }),
        ...(maxBytesPerBatch === undefined ? {} : { maxBytes: maxBytesPerBatch }),
        ...(batchInput === undefined ? {} : { batchInput }),
      })
    : selected;
  let chunk: ChildInput[] = [];
  let number = 0;
  let executions = 0;
  let items = 0;
  const flush = async (): Promise<void> => {
    const stored = Buffer.from(JSON.stringify(chunk));
    const at = number++;
    await ctx.atomically(async (tx) => tx.raw.put(chunkKey(tx, run.id, at), stored));
    chunk = [];
  };
  for await (const input of children) {
    const count = batched ? (input as { readonly Items: readonly Json[] }).Items.length : 1;
    chunk.push([input, count]);
    executions++;
    items += count;
    if (chunk.length === childrenPerChunk) await flush();
  }
  if (chunk.length > 0) await flush();
  return { executions, items };
}

function sourceOf(
  run: MapRunState,
  revision: RevisionState,
  { ItemReader }: MapDefinition,
  ctx: Waiting,
): AsyncIterable<SourcedItem> {
  const { plan } = run;
  if (ItemReader === undefined) return ofState(plan.items as readonly Json[]);
  return readItems(
    {
      resource: ItemReader.Resource,
      parameters: plan.readerParameters ?? {},
      config: ItemReader.ReaderConfig ?? {},
      ...(plan.maxItems ? { maxItems: plan.maxItems } : {}),
      roleArn: revision.roleArn,
    },
    ctx,
  );
}

async function* ofState(values: readonly Json[]): AsyncIterable<SourcedItem> {
  for (const value of values) yield { value, source: "STATE_DATA" };
}

async function* selectItems(
  run: MapRunState,
  revision: RevisionState,
  definition: MapDefinition,
  items: AsyncIterable<SourcedItem>,
  ctx: Waiting,
): AsyncIterable<Json> {
  const shape = definition.ItemSelector ?? definition.Parameters;
  if (shape === undefined) {
    for await (const { value } of items) yield value;
    return;
  }
  const machine = JSON.parse(revision.definition) as StateMachineDefinition;
  const { query } = languageOf(definition.QueryLanguage, machine.QueryLanguage ?? "JSONPath");
  const select = query.template(shape, "ItemSelector");
  const { effective, variables, context } = run.plan;
  let index = 0;
  for await (const { value, source } of items) {
    const scope: Scope = {
      input: effective,
      context: { ...context, Map: { Item: { Index: index++, Value: value, Source: source } } },
      variables,
      now: ctx.now(),
      random: () => ctx.ids.fraction(),
      uuid: () => ctx.ids.uuid(),
    };
    yield await select(scope);
  }
}

function chunkKey(tx: Transaction, run: string, chunk: number): string {
  return tx.key("stepfunctions", "map-children", run, chunk);
}

export async function readChunk(tx: Transaction, run: string, chunk: number): Promise<readonly ChildInput[]> {
  const stored = await tx.raw.get(chunkKey(tx, run, chunk));
  assert(stored !== undefined, `chunk ${chunk} of the map run is there`);
  return decodeValue<readonly ChildInput[]>(stored, false);
}
