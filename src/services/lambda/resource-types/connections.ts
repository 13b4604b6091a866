// AWS::Lambda::Permission, EventSourceMapping and EventInvokeConfig: who may
// invoke a function, what feeds it, and where failures go.

import { physicalName } from "../../../core/provision.ts";
import {
  defineResourceType,
  type Properties,
  pick,
  type ResourceContext,
  ResourceFailure,
  type Tag,
  tagChanges,
  tagMap,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { lambda } from "../model.ts";

interface PermissionProperties {
  readonly FunctionName: string;
  readonly Action: string;
  readonly Principal: string;
  readonly [name: string]: unknown;
}

export const permissionType = defineResourceType<PermissionProperties>({
  type: "AWS::Lambda::Permission",
  create: async (properties, at) => {
    const StatementId = physicalName(at, 100, false);
    await at.call(lambda, "AddPermission", { ...properties, StatementId });
    return { id: StatementId, attributes: { Id: StatementId } };
  },
  read: async (id, at, { FunctionName }) => {
    const found = await unlessMissing(at.call(lambda, "GetPolicy", { FunctionName }));
    const policy = JSON.parse(found?.Policy ?? "{}") as {
      readonly Statement?: readonly { readonly Sid?: string }[];
    };
    return policy.Statement?.some(({ Sid }) => Sid === id) === true ? { Id: id, FunctionName } : undefined;
  },
  delete: async (StatementId, { FunctionName }, at) => {
    await at.call(lambda, "RemovePermission", { FunctionName, StatementId });
  },
  identifier: (id, { FunctionName }) => `${FunctionName}|${id}`,
});

interface MappingProperties {
  readonly FunctionName: string;
  readonly KmsKeyArn?: string;
  readonly Tags?: readonly Tag[];
  readonly [name: string]: unknown;
}

function mappingInput({
  KmsKeyArn,
  Tags: _tags,
  SelfManagedEventSource,
  ...rest
}: MappingProperties): Properties {
  const own = SelfManagedEventSource as
    | { readonly Endpoints?: { readonly KafkaBootstrapServers?: unknown } }
    | undefined;
  return {
    ...rest,
    ...(KmsKeyArn === undefined ? {} : { KMSKeyArn: KmsKeyArn }),
    ...(own === undefined
      ? {}
      : {
          SelfManagedEventSource: {
            Endpoints: { KAFKA_BOOTSTRAP_SERVERS: own.Endpoints?.KafkaBootstrapServers },
          },
        }),
  };
}

/** What UpdateEventSourceMapping does not take. */
const fixed = new Set([
  "AmazonManagedKafkaEventSourceConfig",
  "EventSourceArn",
  "Queues",
  "SelfManagedEventSource",
  "SelfManagedKafkaEventSourceConfig",
  "StartingPosition",
  "StartingPositionTimestamp",
  "Topics",
]);

const pauseMilliseconds = 50;

async function settled(UUID: string, at: ResourceContext): Promise<boolean> {
  for (;;) {
    const found = await unlessMissing(at.ctx.call(lambda, "GetEventSourceMapping", { UUID }));
    if (found === undefined) return false;
    if (!/ing$/.test(found.State ?? "")) return true;
    if (at.ctx.signal.aborted)
      throw new ResourceFailure("The wait for the event source mapping was cut off.");
    await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
  }
}

export const eventSourceMappingType = defineResourceType<MappingProperties>({
  type: "AWS::Lambda::EventSourceMapping",
  create: async (properties, at) => {
    const { UUID = "", EventSourceMappingArn } = await at.call(lambda, "CreateEventSourceMapping", {
      ...mappingInput(properties),
      ...(properties.Tags === undefined ? {} : { Tags: tagMap(properties.Tags) }),
    });
    at.made(UUID);
    await settled(UUID, at);
    return { id: UUID, attributes: { Id: UUID, EventSourceMappingArn } };
  },
  read: async (UUID, at, { FunctionName: given }) => {
    const found = await unlessMissing(at.call(lambda, "GetEventSourceMapping", { UUID }));
    if (found === undefined) return undefined;
    const { FunctionArn = "" } = found;
    return {
      ...pick(
        found,
        "BatchSize",
        "EventSourceArn",
        "EventSourceMappingArn",
        "FunctionResponseTypes",
        "MaximumBatchingWindowInSeconds",
        "StartingPosition",
      ),
      // A name and an ARN mean the same: a template that gives the name has not drifted.
      FunctionName: given !== undefined && FunctionArn.endsWith(`:${given}`) ? given : FunctionArn,
      Enabled: found.State !== "Disabled",
      Id: UUID,
    };
  },
  update: async (UUID, after, before, at) => {
    const input = Object.fromEntries(
      Object.entries(mappingInput(after)).filter(([name]) => !fixed.has(name)),
    );
    // What the template no longer says goes back to what it is by default.
    const gone: Record<string, unknown> = {};
    if (before.FilterCriteria !== undefined && after.FilterCriteria === undefined) gone.FilterCriteria = {};
    if (before.Enabled !== undefined && after.Enabled === undefined) gone.Enabled = true;
    await at.call(lambda, "UpdateEventSourceMapping", { UUID, ...gone, ...input });
    await settled(UUID, at);
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    const Resource = `arn:aws:lambda:${at.region}:${at.account}:event-source-mapping:${UUID}`;
    if (remove.length > 0) await at.call(lambda, "UntagResource", { Resource, TagKeys: remove });
    if (set.length > 0) await at.call(lambda, "TagResource", { Resource, Tags: tagMap(set) });
    return undefined;
  },
  delete: async (UUID, _properties, at) => {
    await at.call(lambda, "DeleteEventSourceMapping", { UUID });
    while (await settled(UUID, at)) {
      if (at.ctx.signal.aborted)
        throw new ResourceFailure("The wait for the event source mapping was cut off.");
      await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
    }
  },
  list: async (at) => {
    const ids: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await at.call(lambda, "ListEventSourceMappings", { Marker });
      ids.push(...(page.EventSourceMappings ?? []).map((each) => each.UUID!));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    return ids;
  },
});

interface InvokeConfigProperties {
  readonly FunctionName: string;
  readonly Qualifier: string;
  readonly [name: string]: unknown;
}

export const eventInvokeConfigType = defineResourceType<InvokeConfigProperties>({
  type: "AWS::Lambda::EventInvokeConfig",
  create: async (properties, at) => {
    await at.call(lambda, "PutFunctionEventInvokeConfig", properties);
    return { id: physicalName(at, 100, false) };
  },
  update: async (_id, after, _before, at) => {
    await at.call(lambda, "PutFunctionEventInvokeConfig", after);
    return undefined;
  },
  delete: async (_id, properties, at) => {
    await at.call(lambda, "DeleteFunctionEventInvokeConfig", pick(properties, "FunctionName", "Qualifier"));
  },
  identifier: (_id, { FunctionName, Qualifier }) => `${FunctionName}|${Qualifier}`,
});
