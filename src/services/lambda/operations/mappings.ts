// CreateEventSourceMapping and its family.

import { Fault, notImplemented } from "../../../core/fault.ts";
import type { WaitingHandler, WritingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  CreateEventSourceMappingRequest,
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  GetEventSourceMappingRequest,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
  UpdateEventSourceMappingRequest,
} from "../../../model/generated/lambda.d.ts";
import { latestIterators } from "../../../sources/follow-stream.ts";
import { queueOf } from "../../../sources/queue/queue.ts";
import { streamSource } from "../../../sources/stream-source.ts";
import type { Settings } from "../configuration.ts";
import { loadTarget } from "../invocation/run.ts";
import {
  describeMapping,
  type Mapping,
  MappingRecord,
  type MappingSettings,
  mappingTopic,
} from "../mapping/mapping.ts";
import { tendMapping } from "../mapping/poll.ts";
import { checkQueue, underRole } from "../mapping/queue.ts";
import { newMappingSettings } from "../mapping/settings.ts";
import { type Given, newStreamSettings } from "../mapping/stream/settings.ts";
import { conflict, invalid, notFound } from "../model.ts";
import { functionArn, functionReference } from "../name.ts";

export const createEventSourceMapping: WaitingHandler<
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = {
  waits: async (input, ctx) => {
    const sourceArn = input.EventSourceArn;
    if (sourceArn === undefined)
      throw notImplemented("lambda", "event source mappings without EventSourceArn");
    const settings = settingsFor(sourceArn, input);
    const reference = functionReference(input.FunctionName, ctx);
    const { configuration } = await loadTarget(ctx, reference);
    const iterators = await checkSource(ctx, sourceArn, configuration.settings, input.StartingPosition);
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
        startedAt: tx.now,
        ...(iterators !== undefined && { iterators }),
        lastModified: tx.now,
        ...(settings.StartingPosition !== undefined && { lastProcessingResult: "No records processed" }),
        tags: input.Tags ?? {},
        revisionId: tx.ids.uuid(),
      });
    });
  },
};

/** Throws AWS's fault where the source is none, or the settings do not suit it. */
function settingsFor(sourceArn: string, given: Given): MappingSettings {
  const stream = streamSource(sourceArn);
  if (stream !== undefined) return newStreamSettings(given, stream.kind);
  const service = sourceArn.split(":")[2] ?? "";
  if (service !== "sqs") throw notImplemented("lambda", `event source mappings from ${service}`);
  return newMappingSettings(given, sourceArn.endsWith(".fifo"));
}

/**
 * Throws AWS's fault where the function's role cannot use the source. Where the
 * latest record of a source that knows no times is asked for, it is held fast here.
 */
async function checkSource(
  ctx: Waiting,
  sourceArn: string,
  { Role, Timeout }: Settings,
  position: CreateEventSourceMappingRequest["StartingPosition"],
): Promise<Mapping["iterators"]> {
  const stream = streamSource(sourceArn);
  if (stream === undefined) {
    const queue = queueOf(sourceArn, ctx.endpoint);
    await checkQueue(underRole(ctx, Role, queue), queue, Timeout);
    return undefined;
  }
  const role = ctx.asRole(Role, "awslambda").at({ region: stream.region });
  try {
    return await latestIterators(role, stream, position);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code.startsWith("AccessDenied")) {
      throw invalid(
        `Cannot access stream ${sourceArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
      );
    }
    if (error.code !== "ResourceNotFoundException") throw error;
    throw invalid(`Stream not found: ${sourceArn}`);
  }
}

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
        settings: settingsFor(mapping.sourceArn, merged),
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
