// A custom domain: the domain, how its paths lead to the stage, and the record in DNS.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import {
  add,
  attribute,
  type Declared,
  defined,
  type Expansion,
  pick,
  ref,
  resolved,
  sha1,
} from "../expansion.ts";
import { refuse } from "../refusal.ts";
import { alphanumeric } from "./open-api.ts";

export function addDomain(
  expansion: Expansion,
  declared: Declared,
  kind: "rest" | "http" | "websocket",
  stageId: string,
): void {
  const { id, properties, resource } = declared;
  const domain = properties.Domain;
  if (domain === undefined) return;
  if (!isFields(domain) || domain.DomainName === undefined || domain.CertificateArn === undefined)
    refuse("Custom Domains only works if both DomainName and CertificateArn are provided.");
  const endpoint = resolved(expansion, domain.EndpointConfiguration) ?? "REGIONAL";
  if (endpoint !== "REGIONAL" && (kind !== "rest" || endpoint !== "EDGE"))
    refuse(`EndpointConfiguration for Custom Domains must be one of ['EDGE', 'REGIONAL'].`);
  const name = resolved(expansion, domain.DomainName) ?? domain.DomainName;
  const nameText = typeof name === "string" ? name : JSON.stringify(name);
  const domainId = `ApiGatewayDomainName${kind === "rest" ? "" : "V2"}${sha1(nameText).slice(0, 10)}`;
  expansion.names.set(`${id}.DomainName`, domainId);
  add(
    expansion,
    domainId,
    kind === "rest" ? restDomain(domain, endpoint) : domainV2(declared, domain, kind),
    resource.Condition,
  );
  const given = domain.BasePath;
  const paths: readonly Value[] = Array.isArray(given) ? given : given === undefined ? [""] : [given];
  for (const path of paths) {
    const given = String(path);
    const text = domain.NormalizeBasePath === false ? given : given.replace(/[^\w.~!$&'()*+,;=:@-]/g, "");
    const mapping =
      kind !== "rest"
        ? defined({
            ApiId: ref(id),
            ApiMappingKey: text === "" || text === "/" ? undefined : text,
            DomainName: ref(domainId),
            Stage: ref(stageId),
          })
        : defined({
            BasePath: text === "" || text === "/" ? undefined : text,
            DomainName: ref(domainId),
            RestApiId: ref(id),
            Stage: ref(stageId),
          });
    add(
      expansion,
      `${id}${alphanumeric(text)}${kind === "rest" ? "BasePathMapping" : "ApiMapping"}`,
      {
        Type: kind === "rest" ? "AWS::ApiGateway::BasePathMapping" : "AWS::ApiGatewayV2::ApiMapping",
        Properties: mapping,
      },
      resource.Condition,
    );
  }
  addRecords(expansion, declared, domain, domainId, endpoint === "EDGE");
}

function restDomain(domain: Fields, endpoint: Value): Fields {
  const certificate = endpoint === "EDGE" ? "CertificateArn" : "RegionalCertificateArn";
  return {
    Type: "AWS::ApiGateway::DomainName",
    Properties: defined({
      [certificate]: domain.CertificateArn,
      DomainName: domain.DomainName,
      EndpointConfiguration: { Types: [endpoint] },
      MutualTlsAuthentication: domain.MutualTlsAuthentication,
      OwnershipVerificationCertificateArn: domain.OwnershipVerificationCertificateArn,
      SecurityPolicy: domain.SecurityPolicy,
    }),
  };
}

function domainV2({ properties }: Declared, domain: Fields, kind: "http" | "websocket"): Fields {
  if (kind === "websocket" && domain.MutualTlsAuthentication !== undefined)
    refuse("Mutual TLS domain name association is not supported for Websocket APIs.");
  const { Tags, PropagateTags } = properties;
  const own = isFields(Tags) && (kind === "http" || PropagateTags === true) ? Tags : {};
  return {
    Type: "AWS::ApiGatewayV2::DomainName",
    Properties: defined({
      DomainName: domain.DomainName,
      DomainNameConfigurations: [
        defined({
          CertificateArn: domain.CertificateArn,
          EndpointType: "REGIONAL",
          ...pick(domain, ["OwnershipVerificationCertificateArn", "SecurityPolicy"]),
        }),
      ],
      MutualTlsAuthentication: domain.MutualTlsAuthentication,
      Tags: { [`${kind}api:createdBy`]: "SAM", ...own },
    }),
  };
}

function addRecords(
  expansion: Expansion,
  { resource }: Declared,
  domain: Fields,
  domainId: string,
  edge: boolean,
): void {
  const route = domain.Route53;
  if (route === undefined) return;
  if (!isFields(route)) refuse("Route53 must be a dictionary.");
  const zone = route.HostedZoneId ?? route.HostedZoneName;
  if (zone === undefined)
    refuse("HostedZoneId or HostedZoneName is required to enable Route53 support on Custom Domains.");
  const known = resolved(expansion, zone) ?? zone;
  const groupId = `RecordSetGroup${sha1(typeof known === "string" ? known : JSON.stringify(known)).slice(0, 10)}`;
  const target = defined({
    HostedZoneId: edge ? "Z2FDTNDATAQYW2" : attribute(domainId, "RegionalHostedZoneId"),
    DNSName:
      route.DistributionDomainName ??
      attribute(domainId, edge ? "DistributionDomainName" : "RegionalDomainName"),
    EvaluateTargetHealth: route.EvaluateTargetHealth,
  });
  const record = (Type: string): Fields => ({
    Name: domain.DomainName ?? null,
    Type,
    AliasTarget: target,
    ...pick(route, ["Region", "SetIdentifier"]),
  });
  const before = expansion.resources[groupId]?.Properties;
  const records = isFields(before) && Array.isArray(before.RecordSets) ? before.RecordSets : [];
  add(
    expansion,
    groupId,
    {
      Type: "AWS::Route53::RecordSetGroup",
      Properties: {
        ...pick(route, ["HostedZoneId", "HostedZoneName"]),
        RecordSets: [...records, record("A"), ...(route.IpV6 === true ? [record("AAAA")] : [])],
      },
    },
    resource.Condition,
  );
}
