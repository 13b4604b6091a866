// AWS::ApiGatewayV2::DomainName, ApiMapping, RoutingRule and VpcLink.

import {
  defineResourceType,
  type Properties,
  type ResourceContext,
  unlessMissing,
} from "../../../core/resource-type.ts";
import type { DomainName } from "../../../model/generated/apigatewayv2.d.ts";
import { apigatewayv2 } from "../model.ts";
import { applyTags, type TagMap } from "./tags.ts";

interface DomainProperties {
  readonly DomainName: string;
  readonly MutualTlsAuthentication?: Properties;
  readonly Tags?: TagMap;
  readonly [name: string]: unknown;
}

function domainAttributes({ DomainNameArn, DomainNameConfigurations = [] }: DomainName): Properties {
  const [first] = DomainNameConfigurations;
  return {
    DomainNameArn,
    RegionalDomainName: first?.ApiGatewayDomainName,
    RegionalHostedZoneId: first?.HostedZoneId,
  };
}

export const domainNameType = defineResourceType<DomainProperties>({
  type: "AWS::ApiGatewayV2::DomainName",
  create: async (properties, at) => {
    const made = await at.call(apigatewayv2, "CreateDomainName", properties);
    return { id: properties.DomainName, attributes: domainAttributes(made as DomainName) };
  },
  read: async (name, at) => {
    const found = await unlessMissing(at.call(apigatewayv2, "GetDomainName", { DomainName: name }));
    return found === undefined ? undefined : { ...found, ...domainAttributes(found as DomainName) };
  },
  update: async (_name, after, before, at) => {
    const { Tags: _tags, ...settings } = after;
    const made = await at.call(apigatewayv2, "UpdateDomainName", {
      RoutingMode: "API_MAPPING_ONLY",
      ...settings,
      MutualTlsAuthentication: after.MutualTlsAuthentication ?? { TruststoreUri: "" },
    });
    await applyTags(at, made.DomainNameArn!, after.Tags, before.Tags);
    return undefined;
  },
  delete: async (name, _properties, at) => {
    await at.call(apigatewayv2, "DeleteDomainName", { DomainName: name });
  },
  list: async (at) => {
    const { Items = [] } = await at.call(apigatewayv2, "GetDomainNames", {});
    return Items.map((each) => each.DomainName);
  },
});

interface MappingProperties {
  readonly DomainName: string;
  readonly ApiId: string;
  readonly Stage: string;
  readonly ApiMappingKey?: string;
}

export const apiMappingType = defineResourceType<MappingProperties>({
  type: "AWS::ApiGatewayV2::ApiMapping",
  create: async (properties, at) => {
    const { ApiMappingId } = await at.call(apigatewayv2, "CreateApiMapping", properties);
    return { id: ApiMappingId!, attributes: { ApiMappingId } };
  },
  read: async (ApiMappingId, at, properties) => {
    const input = { ApiMappingId, DomainName: properties.DomainName };
    const found = await unlessMissing(at.call(apigatewayv2, "GetApiMapping", input));
    return found === undefined ? undefined : { ...found, DomainName: properties.DomainName };
  },
  update: async (ApiMappingId, after, _before, at) => {
    await at.call(apigatewayv2, "UpdateApiMapping", { ApiMappingKey: "", ...after, ApiMappingId });
    return undefined;
  },
  delete: async (ApiMappingId, properties, at) => {
    await at.call(apigatewayv2, "DeleteApiMapping", { ApiMappingId, DomainName: properties.DomainName });
  },
  identifier: (id, properties) => `${id}|${properties.DomainName}`,
});

interface RuleProperties {
  readonly DomainNameArn: string;
  readonly [name: string]: unknown;
}

/** `.../domainnames/example.com`, or of a private one `.../domainnames/example.com+id`. */
function domainOf(arn: string): { readonly DomainName: string; readonly DomainNameId?: string } {
  const [DomainName = "", DomainNameId] = arn.slice(arn.indexOf("/domainnames/") + 13).split(/[+/]/);
  return arn.includes("+") && DomainNameId !== undefined ? { DomainName, DomainNameId } : { DomainName };
}

const ruleId = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

export const routingRuleType = defineResourceType<RuleProperties>({
  type: "AWS::ApiGatewayV2::RoutingRule",
  create: async ({ DomainNameArn, ...rule }, at) => {
    const made = await at.call(apigatewayv2, "CreateRoutingRule", { ...rule, ...domainOf(DomainNameArn) });
    const { RoutingRuleArn, RoutingRuleId } = made;
    return { id: RoutingRuleArn!, attributes: { RoutingRuleArn, RoutingRuleId } };
  },
  read: async (arn, at, { DomainNameArn }) => {
    const input = { RoutingRuleId: ruleId(arn), ...domainOf(arn) };
    const found = await unlessMissing(at.call(apigatewayv2, "GetRoutingRule", input));
    return found === undefined ? undefined : { ...found, DomainNameArn };
  },
  update: async (arn, { DomainNameArn, ...rule }, _before, at) => {
    const input = { ...rule, RoutingRuleId: ruleId(arn), ...domainOf(DomainNameArn) };
    await at.call(apigatewayv2, "PutRoutingRule", input);
    return undefined;
  },
  delete: async (arn, _properties, at) => {
    await at.call(apigatewayv2, "DeleteRoutingRule", { RoutingRuleId: ruleId(arn), ...domainOf(arn) });
  },
});

interface LinkProperties {
  readonly Name: string;
  readonly Tags?: TagMap;
  readonly [name: string]: unknown;
}

const linkArn = (at: ResourceContext, id: string): string =>
  `arn:aws:apigateway:${at.region}::/vpclinks/${id}`;

export const vpcLinkType = defineResourceType<LinkProperties>({
  type: "AWS::ApiGatewayV2::VpcLink",
  create: async (properties, at) => {
    const { VpcLinkId } = await at.call(apigatewayv2, "CreateVpcLink", properties);
    return { id: VpcLinkId!, attributes: { VpcLinkId } };
  },
  read: async (VpcLinkId, at) => unlessMissing(at.call(apigatewayv2, "GetVpcLink", { VpcLinkId })) as never,
  update: async (VpcLinkId, after, before, at) => {
    await at.call(apigatewayv2, "UpdateVpcLink", { VpcLinkId, Name: after.Name });
    await applyTags(at, linkArn(at, VpcLinkId), after.Tags, before.Tags);
    return undefined;
  },
  delete: async (VpcLinkId, _properties, at) => {
    await at.call(apigatewayv2, "DeleteVpcLink", { VpcLinkId });
  },
  list: async (at) => {
    const { Items = [] } = await at.call(apigatewayv2, "GetVpcLinks", {});
    return Items.map(({ VpcLinkId }) => VpcLinkId);
  },
});
