// AWS::ApiGateway::DomainName and BasePathMapping, and their second versions,
// which are for private domain names.

import {
  defineResourceType,
  type Properties,
  policyText,
  type Tag,
  tagMap,
  unlessMissing,
} from "../../../core/resource-type.ts";
import type { DomainName } from "../../../model/generated/apigateway.d.ts";
import { apigateway } from "../model.ts";
import { lowered, replacements, retag, tagList } from "./patches.ts";

interface DomainProperties {
  readonly DomainName: string;
  readonly CertificateArn?: string;
  readonly RegionalCertificateArn?: string;
  readonly EndpointConfiguration?: { readonly Types?: readonly string[]; readonly IpAddressType?: string };
  readonly SecurityPolicy?: string;
  readonly MutualTlsAuthentication?: {
    readonly TruststoreUri?: string;
    readonly TruststoreVersion?: string;
  };
  readonly OwnershipVerificationCertificateArn?: string;
  readonly RoutingMode?: string;
  readonly Policy?: unknown;
  readonly Tags?: readonly Tag[];
}

const creation = (properties: DomainProperties) => ({
  domainName: properties.DomainName,
  certificateArn: properties.CertificateArn,
  regionalCertificateArn: properties.RegionalCertificateArn,
  endpointConfiguration: lowered(properties.EndpointConfiguration),
  securityPolicy: properties.SecurityPolicy,
  mutualTlsAuthentication: lowered(properties.MutualTlsAuthentication),
  ownershipVerificationCertificateArn: properties.OwnershipVerificationCertificateArn,
  routingMode: properties.RoutingMode,
  policy: policyText(properties.Policy),
  tags: tagMap(properties.Tags),
});

/** What of a domain name a template may change, each as one value. */
const flat = (properties: DomainProperties): Properties => ({
  CertificateArn: properties.CertificateArn,
  RegionalCertificateArn: properties.RegionalCertificateArn,
  EndpointType: properties.EndpointConfiguration?.Types?.[0],
  IpAddressType: properties.EndpointConfiguration?.IpAddressType,
  SecurityPolicy: properties.SecurityPolicy,
  TruststoreUri: properties.MutualTlsAuthentication?.TruststoreUri,
  TruststoreVersion: properties.MutualTlsAuthentication?.TruststoreVersion,
  OwnershipVerificationCertificateArn: properties.OwnershipVerificationCertificateArn,
  RoutingMode: properties.RoutingMode,
  Policy: policyText(properties.Policy),
});

const paths = {
  CertificateArn: "/certificateArn",
  RegionalCertificateArn: "/regionalCertificateArn",
  EndpointType: "/endpointConfiguration/types/0",
  IpAddressType: "/endpointConfiguration/ipAddressType",
  SecurityPolicy: "/securityPolicy",
  TruststoreUri: "/mutualTlsAuthentication/truststoreUri",
  TruststoreVersion: "/mutualTlsAuthentication/truststoreVersion",
  OwnershipVerificationCertificateArn: "/ownershipVerificationCertificateArn",
  RoutingMode: "/routingMode",
  Policy: "/policy",
};

const defaults = {
  EndpointType: "EDGE",
  IpAddressType: "ipv4",
  SecurityPolicy: "TLS_1_2",
  RoutingMode: "BASE_PATH_MAPPING_ONLY",
};

const shown = (found: DomainName): Properties => ({
  DomainName: found.domainName,
  DomainNameArn: found.domainNameArn,
  CertificateArn: found.certificateArn,
  RegionalCertificateArn: found.regionalCertificateArn,
  RegionalDomainName: found.regionalDomainName,
  RegionalHostedZoneId: found.regionalHostedZoneId,
  DistributionDomainName: found.distributionDomainName,
  DistributionHostedZoneId: found.distributionHostedZoneId,
  EndpointConfiguration: {
    Types: found.endpointConfiguration?.types,
    IpAddressType: found.endpointConfiguration?.ipAddressType,
  },
  SecurityPolicy: found.securityPolicy,
  RoutingMode: found.routingMode,
  Tags: tagList(found.tags),
});

export const domainNameType = defineResourceType<DomainProperties>({
  type: "AWS::ApiGateway::DomainName",
  unsupported: ["EndpointAccessMode"],
  create: async (properties, at) => {
    const made = await at.call(apigateway, "CreateDomainName", creation(properties));
    const { DomainName: _name, ...attributes } = shown(made);
    return { id: made.domainName ?? "", attributes };
  },
  read: async (domainName, at) => {
    const found = await unlessMissing(at.call(apigateway, "GetDomainName", { domainName }));
    return found && shown(found);
  },
  update: async (domainName, after, before, at) => {
    const patchOperations = replacements(flat(after), flat(before), paths, defaults);
    if (patchOperations.length > 0) {
      await at.call(apigateway, "UpdateDomainName", { domainName, patchOperations });
    }
    await retag(at, `domainnames/${domainName}`, after.Tags, before.Tags);
    return undefined;
  },
  delete: async (domainName, _properties, at) => {
    await at.call(apigateway, "DeleteDomainName", { domainName });
  },
});

/** Name and id of the private domain name that an ARN means. */
function privateName(arn: string) {
  const [domainName = "", domainNameId] = arn.slice(arn.indexOf("/domainnames/") + 13).split("+");
  return { domainName, domainNameId };
}

export const domainNameV2Type = defineResourceType<DomainProperties>({
  type: "AWS::ApiGateway::DomainNameV2",
  unsupported: ["EndpointAccessMode"],
  create: async (properties, at) => {
    const made = await at.call(apigateway, "CreateDomainName", {
      ...creation(properties),
      endpointConfiguration: lowered(properties.EndpointConfiguration) ?? { types: ["PRIVATE"] },
    });
    const { domainNameArn = "", domainNameId } = made;
    return { id: domainNameArn, attributes: { DomainNameArn: domainNameArn, DomainNameId: domainNameId } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(at.call(apigateway, "GetDomainName", privateName(id)));
    return found && { ...shown(found), DomainNameId: found.domainNameId, Policy: found.policy };
  },
  update: async (id, after, before, at) => {
    const patchOperations = replacements(flat(after), flat(before), paths, {
      ...defaults,
      EndpointType: "PRIVATE",
    });
    const place = privateName(id);
    if (patchOperations.length > 0) {
      await at.call(apigateway, "UpdateDomainName", { ...place, patchOperations });
    }
    await retag(at, `domainnames/${place.domainName}+${place.domainNameId}`, after.Tags, before.Tags);
    return undefined;
  },
  delete: async (id, _properties, at) => {
    await at.call(apigateway, "DeleteDomainName", privateName(id));
  },
});

interface MappingProperties {
  readonly BasePath?: string;
  readonly RestApiId?: string;
  readonly Stage?: string;
}

const root = "(none)";
const mappingPaths = { RestApiId: "/restapiId", Stage: "/stage" };

export const basePathMappingType = defineResourceType<MappingProperties & { readonly DomainName: string }>({
  type: "AWS::ApiGateway::BasePathMapping",
  unsupported: ["Id"],
  create: async ({ DomainName, BasePath, RestApiId, Stage }, at) => {
    await at.call(apigateway, "CreateBasePathMapping", {
      domainName: DomainName,
      basePath: BasePath,
      restApiId: RestApiId,
      stage: Stage,
    });
    return { id: `${DomainName}|${BasePath || root}` };
  },
  read: async (id, at) => {
    const [domainName = "", basePath = root] = id.split("|");
    const found = await unlessMissing(
      at.call(apigateway, "GetBasePathMapping", { domainName, basePath: basePath || root }),
    );
    return (
      found && {
        DomainName: domainName,
        BasePath: found.basePath,
        RestApiId: found.restApiId,
        Stage: found.stage,
      }
    );
  },
  update: async (id, after, before, at) => {
    const [domainName = "", basePath = root] = id.split("|");
    const patchOperations = replacements({ ...after }, { ...before }, mappingPaths);
    await at.call(apigateway, "UpdateBasePathMapping", { domainName, basePath, patchOperations });
    return undefined;
  },
  delete: async (id, _properties, at) => {
    const [domainName = "", basePath = root] = id.split("|");
    await at.call(apigateway, "DeleteBasePathMapping", { domainName, basePath });
  },
});

/** The ARN of a mapping: its domain name's, with the base path behind. */
function mappingOf(arn: string) {
  const [domain = "", basePath = root] = arn
    .slice(arn.indexOf("/domainnames/") + 13)
    .split("/basepathmappings/");
  return { ...privateName(`/domainnames/${domain}`), basePath };
}

export const basePathMappingV2Type = defineResourceType<
  MappingProperties & { readonly DomainNameArn: string }
>({
  type: "AWS::ApiGateway::BasePathMappingV2",
  create: async ({ DomainNameArn, BasePath, RestApiId, Stage }, at) => {
    await at.call(apigateway, "CreateBasePathMapping", {
      ...privateName(DomainNameArn),
      basePath: BasePath,
      restApiId: RestApiId,
      stage: Stage,
    });
    const id = `${DomainNameArn}/basepathmappings/${BasePath || root}`;
    return { id, attributes: { BasePathMappingArn: id } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(at.call(apigateway, "GetBasePathMapping", mappingOf(id)));
    return (
      found && {
        BasePathMappingArn: id,
        DomainNameArn: id.slice(0, id.indexOf("/basepathmappings/")),
        BasePath: found.basePath,
        RestApiId: found.restApiId,
        Stage: found.stage,
      }
    );
  },
  update: async (id, after, before, at) => {
    const patchOperations = replacements({ ...after }, { ...before }, mappingPaths);
    await at.call(apigateway, "UpdateBasePathMapping", { ...mappingOf(id), patchOperations });
    return undefined;
  },
  delete: async (id, _properties, at) => {
    await at.call(apigateway, "DeleteBasePathMapping", mappingOf(id));
  },
});

interface AccessProperties {
  readonly DomainNameArn: string;
  readonly AccessAssociationSource: string;
  readonly AccessAssociationSourceType: string;
  readonly Tags?: readonly Tag[];
}

export const domainAccessType = defineResourceType<AccessProperties>({
  type: "AWS::ApiGateway::DomainNameAccessAssociation",
  create: async (properties, at) => {
    const { domainNameAccessAssociationArn: id = "" } = await at.call(
      apigateway,
      "CreateDomainNameAccessAssociation",
      {
        domainNameArn: properties.DomainNameArn,
        accessAssociationSource: properties.AccessAssociationSource,
        accessAssociationSourceType: properties.AccessAssociationSourceType,
        tags: tagMap(properties.Tags),
      },
    );
    return { id, attributes: { DomainNameAccessAssociationArn: id } };
  },
  delete: async (id, _properties, at) => {
    await at.call(apigateway, "DeleteDomainNameAccessAssociation", { domainNameAccessAssociationArn: id });
  },
});
