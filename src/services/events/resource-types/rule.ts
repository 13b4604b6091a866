// AWS::Events::Rule: the rule and its targets, which are named as the API names
// them. `Ref` is the rule's name; on another bus, the bus and the name.

import {
  defineResourceType,
  type Properties,
  pick,
  type ResourceContext,
  ResourceFailure,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { events } from "../model.ts";

interface RuleProperties {
  readonly Name: string;
  readonly Description?: string;
  readonly EventBusName?: string;
  readonly EventPattern?: unknown;
  readonly RoleArn?: string;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Tags?: readonly Tag[];
  readonly Targets?: readonly (Properties & { readonly Id: string })[];
}

function ruleInput(
  { EventPattern, Targets: _targets, ...rest }: RuleProperties,
  withTags: boolean,
): Properties {
  const { Tags, ...rule } = rest;
  return {
    ...rule,
    ...(EventPattern === undefined
      ? {}
      : { EventPattern: typeof EventPattern === "string" ? EventPattern : JSON.stringify(EventPattern) }),
    ...(withTags && Tags !== undefined ? { Tags } : {}),
  };
}

const targetsAtOnce = 10;

async function putTargets(
  Rule: string,
  EventBusName: string | undefined,
  targets: readonly Properties[],
  at: ResourceContext,
): Promise<void> {
  for (let from = 0; from < targets.length; from += targetsAtOnce) {
    const Targets = targets.slice(from, from + targetsAtOnce);
    const { FailedEntries = [] } = await at.call(events, "PutTargets", { Rule, EventBusName, Targets });
    if (FailedEntries[0] !== undefined) throw new ResourceFailure(FailedEntries[0].ErrorMessage);
  }
}

/** `bus|rule` where the bus is not the default one. */
function idOf({ Name, EventBusName }: RuleProperties): string {
  const bus = busName(EventBusName);
  return bus === "default" ? Name : `${bus}|${Name}`;
}

function busName(nameOrArn: string | undefined): string {
  return nameOrArn === undefined ? "default" : nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);
}

function namesOf(id: string): { readonly Name: string; readonly EventBusName?: string } {
  const bar = id.indexOf("|");
  return bar < 0 ? { Name: id } : { Name: id.slice(bar + 1), EventBusName: id.slice(0, bar) };
}

export const ruleType = defineResourceType<RuleProperties>({
  type: "AWS::Events::Rule",
  name: { property: "Name" },
  existing: async ({ Name, EventBusName }, at) =>
    (
      await unlessMissing(
        at.ctx.call(
          events,
          "DescribeRule",
          pick({ Name, EventBusName } as Properties, "Name", "EventBusName") as never,
        ),
      )
    )?.Name,
  create: async (properties, at) => {
    const { RuleArn } = await at.call(events, "PutRule", ruleInput(properties, true));
    const id = idOf(properties);
    at.made(id);
    await putTargets(properties.Name, properties.EventBusName, properties.Targets ?? [], at);
    return { id, attributes: { Arn: RuleArn, RuleName: properties.Name } };
  },
  read: async (id, at) => {
    const names = namesOf(id);
    const found = await unlessMissing(at.call(events, "DescribeRule", names));
    if (found === undefined) return undefined;
    const { Name: Rule, EventBusName } = names;
    const { Targets = [] } = await at.call(events, "ListTargetsByRule", { Rule, EventBusName });
    const { Tags = [] } = await at.call(events, "ListTagsForResource", { ResourceARN: found.Arn });
    return {
      ...pick(found, "Name", "Description", "RoleArn", "ScheduleExpression", "State", "EventBusName", "Arn"),
      ...(found.EventPattern === undefined ? {} : { EventPattern: JSON.parse(found.EventPattern) }),
      ...(Targets.length > 0 ? { Targets } : {}),
      RuleName: found.Name,
      Tags,
    };
  },
  update: async (id, after, before, at) => {
    const { Name: Rule, EventBusName } = namesOf(id);
    const { RuleArn } = await at.call(events, "PutRule", ruleInput(after, false));
    const wanted = after.Targets ?? [];
    const Ids = (before.Targets ?? [])
      .map(({ Id }) => Id)
      .filter((Id) => !wanted.some((each) => each.Id === Id));
    if (Ids.length > 0) await at.call(events, "RemoveTargets", { Rule, EventBusName, Ids });
    const changed = wanted.filter((each) => !(before.Targets ?? []).some((old) => same(old, each)));
    await putTargets(Rule, EventBusName, changed, at);
    const tags = tagChanges(before.Tags, after.Tags);
    const ResourceARN = RuleArn;
    if (tags.remove.length > 0) await at.call(events, "UntagResource", { ResourceARN, TagKeys: tags.remove });
    if (tags.set.length > 0) await at.call(events, "TagResource", { ResourceARN, Tags: tags.set });
    return undefined;
  },
  delete: async (id, _properties, at) => {
    const { Name, EventBusName } = namesOf(id);
    const { Targets = [] } = await at.call(events, "ListTargetsByRule", { Rule: Name, EventBusName });
    const Ids = Targets.map(({ Id }) => Id);
    for (let from = 0; from < Ids.length; from += targetsAtOnce)
      await at.call(events, "RemoveTargets", {
        Rule: Name,
        EventBusName,
        Ids: Ids.slice(from, from + targetsAtOnce),
      });
    await at.call(events, "DeleteRule", { Name, EventBusName });
  },
});
