// Custom domain names: create, read, change, delete. They are those of both
// services of API Gateway.

import type { Transaction } from "../../../core/transaction.ts";
import { endpointOf, isDomainName } from "../../../gateway/domains/configuration.ts";
import {
  type DomainConfiguration,
  type DomainState,
  domainArn,
  domainExists,
  findDomain,
  listDomains,
  putDomain,
  removeDomain,
} from "../../../gateway/domains/domain-name.ts";
import type {
  DomainName,
  DomainNameConfiguration,
  MutualTlsAuthenticationInput,
} from "../../../model/generated/apigatewayv2.d.ts";
import { badRequest, type Input, notFound, nothing, type Output } from "../model.ts";
import { checkTags } from "./tags.ts";

export async function createDomainName(
  input: Input<"CreateDomainName">,
  tx: Transaction,
): Promise<Output<"CreateDomainName">> {
  const { DomainName: name, DomainNameConfigurations = [], Tags = {}, RoutingMode } = input;
  if (!isDomainName(name)) throw badRequest(`Invalid domain name specified: ${name}`);
  if (DomainNameConfigurations.length === 0) {
    throw badRequest("DomainNameConfigurations must contain at least one configuration");
  }
  if (await domainExists(tx, name)) {
    throw badRequest("The domain name you provided already exists.");
  }
  checkTags(Tags);
  const { account, region } = tx;
  const domain: DomainState = {
    account,
    region,
    name: name.toLowerCase(),
    id: "",
    createdAt: tx.now,
    configurations: DomainNameConfigurations.map((each) => configurationOf(tx, each)),
    ...mutualTls(input.MutualTlsAuthentication),
    routingMode: RoutingMode ?? "API_MAPPING_ONLY",
    mappings: [],
    rules: [],
    tags: Tags,
  };
  putDomain(tx, domain);
  return shownDomain(domain);
}

function configurationOf(
  tx: Transaction,
  wanted: DomainNameConfiguration,
  before?: DomainConfiguration,
): DomainConfiguration {
  const endpointType = wanted.EndpointType ?? before?.endpointType ?? "REGIONAL";
  if (endpointType === "EDGE") {
    throw badRequest("Edge-optimized domain names are not supported by this API. Use REGIONAL.");
  }
  const certificateArn = wanted.CertificateArn ?? before?.certificateArn;
  if (certificateArn === undefined) throw badRequest("A certificate ARN is required");
  if (!/^arn:aws[^:]*:(acm|iam):/.test(certificateArn)) {
    throw badRequest(`Invalid certificate ARN: ${certificateArn}. Certificate must be in '${tx.region}'.`);
  }
  return {
    ...(before ?? endpointOf(endpointType, tx.region, tx.ids)),
    certificateArn,
    certificateName: wanted.CertificateName ?? before?.certificateName,
    certificateUploadDate:
      wanted.CertificateArn === undefined || wanted.CertificateArn === before?.certificateArn
        ? before?.certificateUploadDate
        : tx.now,
    securityPolicy: wanted.SecurityPolicy ?? before?.securityPolicy ?? "TLS_1_2",
    ipAddressType: wanted.IpAddressType ?? before?.ipAddressType ?? "ipv4",
    ownershipVerificationCertificateArn:
      wanted.OwnershipVerificationCertificateArn ?? before?.ownershipVerificationCertificateArn,
  };
}

function mutualTls(input: MutualTlsAuthenticationInput | undefined): Pick<DomainState, "mutualTls"> {
  const { TruststoreUri, TruststoreVersion } = input ?? {};
  // An empty address withdraws it.
  if (TruststoreUri === undefined || TruststoreUri === "") return {};
  if (!/^s3:\/\/[^/]+\/.+$/.test(TruststoreUri)) throw badRequest("Invalid truststore URI specified");
  return { mutualTls: { truststoreUri: TruststoreUri, truststoreVersion: TruststoreVersion } };
}

function shownDomain(domain: DomainState): DomainName {
  const { mutualTls: mtls } = domain;
  return {
    ApiMappingSelectionExpression: "$request.basepath",
    DomainName: domain.name,
    DomainNameArn: domainArn(domain, domain),
    DomainNameConfigurations: domain.configurations.map((each) => ({
      ApiGatewayDomainName: each.apiGatewayDomainName,
      CertificateArn: each.certificateArn,
      CertificateName: each.certificateName,
      CertificateUploadDate: each.certificateUploadDate,
      DomainNameStatus: "AVAILABLE",
      EndpointType: each.endpointType as "REGIONAL" | "EDGE",
      HostedZoneId: each.hostedZoneId,
      IpAddressType: each.ipAddressType as "ipv4" | "dualstack" | undefined,
      OwnershipVerificationCertificateArn: each.ownershipVerificationCertificateArn,
      SecurityPolicy: each.securityPolicy as "TLS_1_2",
    })),
    ...(mtls === undefined
      ? {}
      : {
          MutualTlsAuthentication: {
            TruststoreUri: mtls.truststoreUri,
            TruststoreVersion: mtls.truststoreVersion,
          },
        }),
    RoutingMode: domain.routingMode,
    Tags: domain.tags,
  };
}

export async function getDomainName(
  { DomainName: name }: Input<"GetDomainName">,
  tx: Transaction,
): Promise<Output<"GetDomainName">> {
  return shownDomain(await domainNamed(tx, name));
}

export async function getDomainNames(
  { MaxResults, NextToken }: Input<"GetDomainNames">,
  tx: Transaction,
): Promise<Output<"GetDomainNames">> {
  const limit = Math.min(Number(MaxResults ?? 500), 500);
  if (!Number.isInteger(limit) || limit < 1) throw badRequest(`Invalid value for maxResults: ${MaxResults}`);
  const { values, cursor } = await listDomains(tx, { cursor: NextToken, limit });
  return {
    // Private ones are the other service's alone.
    Items: values.filter(({ id }) => id === "").map(shownDomain),
    ...(cursor === undefined ? {} : { NextToken: cursor }),
  };
}

export async function updateDomainName(
  input: Input<"UpdateDomainName">,
  tx: Transaction,
): Promise<Output<"UpdateDomainName">> {
  const before = await domainNamed(tx, input.DomainName);
  const { mutualTls: mtls, ...rest } = before;
  const wanted = input.DomainNameConfigurations;
  const domain: DomainState = {
    ...rest,
    configurations:
      wanted?.map((each, at) => configurationOf(tx, each, before.configurations[at])) ??
      before.configurations,
    ...(input.MutualTlsAuthentication === undefined
      ? mtls === undefined
        ? {}
        : { mutualTls: mtls }
      : mutualTls(input.MutualTlsAuthentication)),
    routingMode: input.RoutingMode ?? before.routingMode,
  };
  putDomain(tx, domain);
  return shownDomain(domain);
}

export async function deleteDomainName(
  { DomainName: name }: Input<"DeleteDomainName">,
  tx: Transaction,
): Promise<Output<"DeleteDomainName">> {
  removeDomain(tx, await domainNamed(tx, name));
  return nothing;
}

export async function domainNamed(tx: Transaction, name: string, id?: string): Promise<DomainState> {
  const domain = await findDomain(tx, name, id);
  if (domain === undefined) {
    throw notFound("The domain name resource specified in the request was not found.");
  }
  return domain;
}
