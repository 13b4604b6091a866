// AWS::EventSchemas::Registry, Schema and Discoverer.

import {
  defineResourceType,
  pick,
  type ResourceContext,
  type Tag,
  tagChanges,
  tagMap,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { schemas } from "../model.ts";

async function setTags(
  ResourceArn: string,
  after: readonly Tag[] | undefined,
  before: readonly Tag[] | undefined,
  at: ResourceContext,
): Promise<void> {
  const { set, remove } = tagChanges(before, after);
  if (remove.length > 0) await at.call(schemas, "UntagResource", { ResourceArn, TagKeys: remove });
  if (set.length > 0) await at.call(schemas, "TagResource", { ResourceArn, Tags: tagMap(set) });
}

interface Described {
  readonly Description?: string;
  readonly Tags?: readonly Tag[];
}

const tags = ({ Tags }: Described) => (Tags === undefined ? {} : { Tags: tagMap(Tags) });
const tagList = (found: Readonly<Record<string, string>> = {}): readonly Tag[] =>
  Object.entries(found).map(([Key, Value]) => ({ Key, Value }));
const last = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

export const registryType = defineResourceType<Described & { readonly RegistryName: string }>({
  type: "AWS::EventSchemas::Registry",
  name: { property: "RegistryName" },
  create: async (properties, at) => {
    const { RegistryName } = properties;
    const made = await at.call(schemas, "CreateRegistry", {
      ...pick(properties, "RegistryName", "Description"),
      ...tags(properties),
    });
    const id = made.RegistryArn!;
    return { id, attributes: { RegistryArn: id, RegistryName } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(at.call(schemas, "DescribeRegistry", { RegistryName: last(id) }));
    return found === undefined
      ? undefined
      : { ...pick(found, "RegistryArn", "RegistryName", "Description"), Tags: tagList(found.Tags) };
  },
  update: async (id, after, before, at) => {
    const { RegistryName, Description = "" } = after;
    if (Description !== (before.Description ?? ""))
      await at.call(schemas, "UpdateRegistry", { RegistryName, Description });
    await setTags(id, after.Tags, before.Tags, at);
    return undefined;
  },
  delete: async (id, _properties, at) => {
    await at.call(schemas, "DeleteRegistry", { RegistryName: last(id) });
  },
});

interface SchemaProperties extends Described {
  readonly Content: string;
  readonly RegistryName: string;
  readonly SchemaName: string;
  readonly Type: string;
}

function namesOf(arn: string): { readonly RegistryName: string; readonly SchemaName: string } {
  const [RegistryName = "", SchemaName = ""] = arn.slice(arn.indexOf("/") + 1).split("/");
  return { RegistryName, SchemaName };
}

export const schemaType = defineResourceType<SchemaProperties>({
  type: "AWS::EventSchemas::Schema",
  name: { property: "SchemaName", maximum: 385 },
  create: async (properties, at) => {
    const made = await at.call(schemas, "CreateSchema", { ...properties, ...tags(properties) });
    const { SchemaArn, SchemaName, SchemaVersion } = made;
    return { id: SchemaArn!, attributes: { SchemaArn, SchemaName, SchemaVersion } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(at.call(schemas, "DescribeSchema", namesOf(id)));
    return found === undefined
      ? undefined
      : {
          ...pick(found, "Content", "Description", "SchemaArn", "SchemaName", "SchemaVersion", "Type"),
          RegistryName: namesOf(id).RegistryName,
          Tags: tagList(found.Tags),
        };
  },
  update: async (id, after, before, at) => {
    const changed = await at.call(schemas, "UpdateSchema", {
      ...namesOf(id),
      ...pick(after, "Content", "Type"),
      Description: after.Description ?? "",
    });
    await setTags(id, after.Tags, before.Tags, at);
    return { attributes: { SchemaVersion: changed.SchemaVersion } };
  },
  delete: async (id, _properties, at) => {
    await at.call(schemas, "DeleteSchema", namesOf(id));
  },
});

interface DiscovererProperties extends Described {
  readonly CrossAccount?: boolean;
  readonly SourceArn: string;
}

export const discovererType = defineResourceType<DiscovererProperties>({
  type: "AWS::EventSchemas::Discoverer",
  create: async (properties, at) => {
    const made = await at.call(schemas, "CreateDiscoverer", { ...properties, ...tags(properties) });
    const { DiscovererArn, DiscovererId, State } = made;
    return { id: DiscovererArn!, attributes: { DiscovererArn, DiscovererId, State } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(at.call(schemas, "DescribeDiscoverer", { DiscovererId: last(id) }));
    return found === undefined
      ? undefined
      : {
          ...pick(
            found,
            "CrossAccount",
            "Description",
            "DiscovererArn",
            "DiscovererId",
            "SourceArn",
            "State",
          ),
          Tags: tagList(found.Tags),
        };
  },
  update: async (id, after, before, at) => {
    await at.call(schemas, "UpdateDiscoverer", {
      DiscovererId: last(id),
      Description: after.Description ?? "",
      CrossAccount: after.CrossAccount ?? true,
    });
    await setTags(id, after.Tags, before.Tags, at);
    return undefined;
  },
  delete: async (id, _properties, at) => {
    await at.call(schemas, "DeleteDiscoverer", { DiscovererId: last(id) });
  },
});
