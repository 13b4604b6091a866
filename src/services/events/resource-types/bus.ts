// AWS::Events::EventBus, EventBusPolicy, Archive, Connection and ApiDestination.

import {
  defineResourceType,
  type Properties,
  pick,
  policyText,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { events } from "../model.ts";

interface BusProperties {
  readonly Name: string;
  readonly Policy?: unknown;
  readonly Tags?: readonly Tag[];
  readonly [name: string]: unknown;
}

export const eventBusType = defineResourceType<BusProperties>({
  type: "AWS::Events::EventBus",
  create: async (properties, at) => {
    const { Policy, ...input } = properties;
    const { EventBusArn } = await at.call(events, "CreateEventBus", input);
    at.made(properties.Name);
    if (Policy !== undefined)
      await at.call(events, "PutPermission", { EventBusName: properties.Name, Policy: policyText(Policy) });
    return { id: properties.Name, attributes: { Arn: EventBusArn, Name: properties.Name } };
  },
  read: async (Name, at) => {
    const found = await unlessMissing(at.call(events, "DescribeEventBus", { Name }));
    if (found === undefined) return undefined;
    const { Tags = [] } = await at.call(events, "ListTagsForResource", { ResourceARN: found.Arn });
    return { ...pick(found, "Name", "Arn", "Description", "Policy"), Tags };
  },
  update: async (Name, after, before, at) => {
    const { Policy, Tags, EventSourceName: _source, ...input } = after;
    await at.call(events, "UpdateEventBus", input);
    if (!same(Policy, before.Policy)) {
      if (Policy === undefined)
        await unlessMissing(
          at.call(events, "RemovePermission", { EventBusName: Name, RemoveAllPermissions: true }),
        );
      else await at.call(events, "PutPermission", { EventBusName: Name, Policy: policyText(Policy) });
    }
    const { set, remove } = tagChanges(before.Tags, Tags);
    const ResourceARN = `arn:aws:events:${at.region}:${at.account}:event-bus/${Name}`;
    if (remove.length > 0) await at.call(events, "UntagResource", { ResourceARN, TagKeys: remove });
    if (set.length > 0) await at.call(events, "TagResource", { ResourceARN, Tags: set });
    return undefined;
  },
  delete: async (Name, _properties, at) => {
    await at.call(events, "DeleteEventBus", { Name });
  },
  list: async (at) => {
    const { EventBuses = [] } = await at.call(events, "ListEventBuses", {});
    return EventBuses.map(({ Name }) => Name!);
  },
});

interface BusPolicyProperties {
  readonly StatementId: string;
  readonly EventBusName?: string;
  readonly Action?: string;
  readonly Condition?: Properties;
  readonly Principal?: string;
  readonly Statement?: unknown;
}

/** A whole statement is put among those that the bus has; the API takes only whole policies. */
async function putStatement(
  { StatementId, EventBusName, Statement, ...rest }: BusPolicyProperties,
  at: Parameters<typeof eventBusType.create>[1],
): Promise<void> {
  if (Statement === undefined) {
    await at.call(events, "PutPermission", { StatementId, EventBusName, ...rest });
    return;
  }
  const bus = await at.ctx.call(events, "DescribeEventBus", { Name: EventBusName });
  const policy = JSON.parse(bus.Policy ?? '{"Version":"2012-10-17","Statement":[]}') as {
    readonly Statement: readonly { readonly Sid?: string }[];
  };
  const own = { ...(typeof Statement === "string" ? JSON.parse(Statement) : Statement), Sid: StatementId };
  const others = policy.Statement.filter(({ Sid }) => Sid !== StatementId);
  const Policy = JSON.stringify({ ...policy, Statement: [...others, own] });
  await at.call(events, "PutPermission", { EventBusName, Policy });
}

export const eventBusPolicyType = defineResourceType<BusPolicyProperties>({
  type: "AWS::Events::EventBusPolicy",
  create: async (properties, at) => {
    await putStatement(properties, at);
    return { id: `${properties.EventBusName ?? "default"}|${properties.StatementId}` };
  },
  update: async (_id, after, _before, at) => {
    await putStatement(after, at);
    return undefined;
  },
  delete: async (_id, { StatementId, EventBusName }, at) => {
    await at.call(events, "RemovePermission", { StatementId, EventBusName });
  },
});

interface ArchiveProperties {
  readonly ArchiveName: string;
  readonly SourceArn: string;
  readonly EventPattern?: unknown;
  readonly [name: string]: unknown;
}

function archiveInput({ SourceArn: _source, EventPattern, ...rest }: ArchiveProperties): Properties {
  return { ...rest, ...(EventPattern === undefined ? {} : { EventPattern: policyText(EventPattern) }) };
}

export const archiveType = defineResourceType<ArchiveProperties>({
  type: "AWS::Events::Archive",
  name: { property: "ArchiveName", maximum: 48 },
  create: async (properties, at) => {
    const { ArchiveArn } = await at.call(events, "CreateArchive", {
      ...archiveInput(properties),
      EventSourceArn: properties.SourceArn,
    });
    return { id: properties.ArchiveName, attributes: { Arn: ArchiveArn } };
  },
  read: async (ArchiveName, at) => {
    const found = await unlessMissing(at.call(events, "DescribeArchive", { ArchiveName }));
    return found === undefined
      ? undefined
      : {
          ...pick(found, "ArchiveName", "Description", "RetentionDays"),
          Arn: found.ArchiveArn,
          SourceArn: found.EventSourceArn,
        };
  },
  update: async (_id, after, _before, at) => {
    await at.call(events, "UpdateArchive", { RetentionDays: 0, Description: "", ...archiveInput(after) });
    return undefined;
  },
  delete: async (ArchiveName, _properties, at) => {
    await at.call(events, "DeleteArchive", { ArchiveName });
  },
});

interface ConnectionProperties {
  readonly Name: string;
  readonly [name: string]: unknown;
}

export const connectionType = defineResourceType<ConnectionProperties>({
  type: "AWS::Events::Connection",
  name: { property: "Name" },
  create: async (properties, at) => {
    await at.call(events, "CreateConnection", properties);
    const { ConnectionArn, SecretArn } = await at.ctx.call(events, "DescribeConnection", {
      Name: properties.Name,
    });
    return {
      id: properties.Name,
      attributes: { Arn: ConnectionArn, ArnForPolicy: ConnectionArn, SecretArn },
    };
  },
  read: async (Name, at) => {
    const found = await unlessMissing(at.call(events, "DescribeConnection", { Name }));
    return found === undefined
      ? undefined
      : {
          ...pick(found, "Name", "Description", "AuthorizationType", "SecretArn"),
          Arn: found.ConnectionArn,
          ArnForPolicy: found.ConnectionArn,
        };
  },
  update: async (_id, after, _before, at) => {
    await at.call(events, "UpdateConnection", after);
    return undefined;
  },
  delete: async (Name, _properties, at) => {
    await at.call(events, "DeleteConnection", { Name });
  },
});

export const apiDestinationType = defineResourceType<ConnectionProperties>({
  type: "AWS::Events::ApiDestination",
  name: { property: "Name" },
  create: async (properties, at) => {
    const { ApiDestinationArn } = await at.call(events, "CreateApiDestination", properties);
    return { id: properties.Name, attributes: { Arn: ApiDestinationArn, ArnForPolicy: ApiDestinationArn } };
  },
  read: async (Name, at) => {
    const found = await unlessMissing(at.call(events, "DescribeApiDestination", { Name }));
    return found === undefined
      ? undefined
      : {
          ...pick(
            found,
            "Name",
            "Description",
            "ConnectionArn",
            "InvocationEndpoint",
            "HttpMethod",
            "InvocationRateLimitPerSecond",
          ),
          Arn: found.ApiDestinationArn,
          ArnForPolicy: found.ApiDestinationArn,
        };
  },
  update: async (_id, after, _before, at) => {
    await at.call(events, "UpdateApiDestination", after);
    return undefined;
  },
  delete: async (Name, _properties, at) => {
    await at.call(events, "DeleteApiDestination", { Name });
  },
});
