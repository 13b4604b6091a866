// AWS::Events::Endpoint: a global endpoint over two regions' buses.

import { defineResourceType, type Properties, pick, unlessMissing } from "../../../core/resource-type.ts";
import { events } from "../model.ts";

interface EndpointProperties extends Properties {
  readonly Name: string;
}

const shown = (found: object): Properties => {
  const { EndpointId, EndpointUrl, State, StateReason } = found as Properties;
  return {
    Arn: (found as Properties).Arn,
    EndpointId,
    EndpointUrl,
    State,
    ...(StateReason === undefined ? {} : { StateReason }),
  };
};

export const endpointType = defineResourceType<EndpointProperties>({
  type: "AWS::Events::Endpoint",
  name: { property: "Name" },
  create: async (properties, at) => {
    await at.call(events, "CreateEndpoint", properties);
    const found = await at.ctx.call(events, "DescribeEndpoint", { Name: properties.Name });
    return { id: properties.Name, attributes: shown(found) };
  },
  read: async (Name, at) => {
    const found = await unlessMissing(at.call(events, "DescribeEndpoint", { Name }));
    return found === undefined
      ? undefined
      : {
          ...pick(
            found,
            "Name",
            "Description",
            "RoutingConfig",
            "ReplicationConfig",
            "EventBuses",
            "RoleArn",
          ),
          ...shown(found),
        };
  },
  update: async (_id, after, _before, at) => {
    const whole = { Description: "", ReplicationConfig: { State: "ENABLED" }, ...after };
    await at.call(events, "UpdateEndpoint", whole);
    return undefined;
  },
  delete: async (Name, _properties, at) => {
    await at.call(events, "DeleteEndpoint", { Name });
  },
  list: async (at) => {
    const { Endpoints = [] } = await at.call(events, "ListEndpoints", {});
    return Endpoints.map(({ Name }) => Name!);
  },
});
