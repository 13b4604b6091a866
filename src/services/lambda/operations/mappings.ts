// CreateEventSourceMapping and its family.

import { notImplemented } from "../../../core/fault.ts";
import type { WaitingHandler, WritingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateEventSourceMappingRequest,
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  GetEventSourceMappingRequest,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
  UpdateEventSourceMappingRequest,
} from "../../../model/generated/lambda.d.ts";
import { loadTarget } from "../invocation/run.ts";
import { describeMapping, type Mapping, MappingRecord, mappingTopic } from "../mapping/mapping.ts";
import { tendMapping } from "../mapping/poll.ts";
import { checkQueue, queueOf, underRole } from "../mapping/queue.ts";
import { newMappingSettings } from "../mapping/settings.ts";
import { conflict, notFound } from "../model.ts";
import { functionArn, functionReference } from "../name.ts";

export const createEventSourceMapping: WaitingHandler<
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = {
  waits: async (input, ctx) => {
    const sourceArn = input.EventSourceArn;
    if (sourceArn === undefined)
      throw notImplemented("lambda", "event source mappings without EventSourceArn");
    const source = sourceArn.split(":")[2] ?? "";
    if (source !== "sqs") throw notImplemented("lambda", `event source mappings from ${source}`);
    const queue = queueOf(sourceArn, ctx.endpoint);
    const settings = newMappingSettings(input, queue.fifo);
    const reference = functionReference(input.FunctionName, ctx);
    const { configuration } = await loadTarget(ctx, reference);
    const { Role, Timeout } = configuration.settings;
    await checkQueue(underRole(ctx, Role, queue), queue, Timeout);
    const arn = functionArn(reference, reference.name, reference.qualifier);
    return ctx.atomically(async (tx) => {
      const { values } = await tx.list(MappingRecord, { index: "source", prefix: [sourceArn] });
      const same = values.find((mapping) => mapping.functionArn === arn);
      if (same !== undefined) {
        throw conflict(
          `The event source arn (" ${sourceArn} ") and function (" ${reference.name} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${same.id}`,
        );
      }
      return store(tx, {
        id: tx.ids.uuid(),
        sourceArn,
        functionArn: arn,
        reference,
        settings,
        enabled: input.Enabled ?? true,
        state: "Creating",
        lastModified: tx.now,
        tags: input.Tags ?? {},
        revisionId: tx.ids.uuid(),
      });
    });
  },
};

export const updateEventSourceMapping: WaitingHandler<
  UpdateEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = {
  waits: async (input, ctx) => {
    const reference =
      input.FunctionName === undefined ? undefined : functionReference(input.FunctionName, ctx);
    if (reference !== undefined) await loadTarget(ctx, reference);
    return ctx.atomically(async (tx) => {
      const mapping = await find(tx, input.UUID);
      const enabled = input.Enabled ?? mapping.enabled;
      const merged = { ...mapping.settings, ...withoutUndefined(input) };
      return store(tx, {
        ...mapping,
        settings: newMappingSettings(merged, mapping.sourceArn.endsWith(".fifo")),
        enabled,
        state: enabled === mapping.enabled ? "Updating" : enabled ? "Enabling" : "Disabling",
        lastModified: tx.now,
        revisionId: tx.ids.uuid(),
        ...(reference === undefined
          ? {}
          : { reference, functionArn: functionArn(reference, reference.name, reference.qualifier) }),
      });
    });
  },
};

export const getEventSourceMapping: WritingHandler<
  GetEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = async (input, tx) => describeMapping(await find(tx, input.UUID), tx);

export const deleteEventSourceMapping: WritingHandler<
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = async (input, tx) => {
  const mapping = await find(tx, input.UUID);
  return store(tx, { ...mapping, enabled: false, state: "Deleting", revisionId: tx.ids.uuid() });
};

export const listEventSourceMappings: WritingHandler<
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse
> = async (input, tx) => {
  const byFunction = input.FunctionName === undefined ? undefined : functionReference(input.FunctionName, tx);
  const arn = byFunction && functionArn(byFunction, byFunction.name, byFunction.qualifier);
  const bySource = input.EventSourceArn;
  const page = await tx.list(MappingRecord, {
    cursor: input.Marker,
    limit: Math.min(input.MaxItems ?? 100, 100),
    ...(bySource !== undefined
      ? { index: "source", prefix: [bySource] }
      : arn !== undefined
        ? { index: "function", prefix: [arn] }
        : {}),
  });
  const values = page.values.filter((mapping) => arn === undefined || mapping.functionArn === arn);
  return {
    EventSourceMappings: values.map((mapping) => describeMapping(mapping, tx)),
    ...(page.cursor === undefined ? {} : { NextMarker: page.cursor }),
  };
};

async function find(tx: Transaction, id: string): Promise<Mapping> {
  const mapping = await tx.get(MappingRecord, id);
  if (mapping === undefined) throw notFound("The resource you requested does not exist.");
  return mapping;
}

/** Stores a change, ends the poller of the former revision and lets the next one finish the change. */
function store(tx: Transaction, mapping: Mapping): EventSourceMappingConfiguration {
  tx.put(MappingRecord, mapping);
  tx.enqueue(tendMapping, { id: mapping.id }, { id: mapping.id });
  tx.notify(mappingTopic(mapping.id));
  return describeMapping(mapping, tx);
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>;
}
