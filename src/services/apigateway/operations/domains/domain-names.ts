// Custom domain names, which both services of API Gateway share; this one alone
// knows edge-optimized and private ones.

import type { Transaction } from "../../../../core/transaction.ts";
import { endpointOf, isDomainName } from "../../../../gateway/domains/configuration.ts";
import {
  type DomainConfiguration,
  type DomainEndpointType,
  type DomainState,
  domainArn,
  domainExists,
  findDomain,
  listDomains,
  putDomain,
  removeDomain,
} from "../../../../gateway/domains/domain-name.ts";
import type { DomainName, RoutingMode } from "../../../../model/generated/apigateway.d.ts";
import { badRequest, dateOf, type Input, notFound, type Output } from "../../model.ts";
import { domainRules } from "../../patch/domain-rules.ts";
import { patched } from "../../patch/patch.ts";

export async function createDomainName(
  input: Input<"CreateDomainName">,
  tx: Transaction,
): Promise<Output<"CreateDomainName">> {
  if (!isDomainName(input.domainName)) throw badRequest(`Invalid domain name specified: ${input.domainName}`);
  const types = input.endpointConfiguration?.types ?? ["EDGE"];
  const type = types[0] ?? "EDGE";
  if (type !== "PRIVATE" && (await domainExists(tx, input.domainName))) {
    throw badRequest("The domain name you provided already exists.");
  }
  if (types.length > 1) throw badRequest("Only one endpoint type can be specified");
  const { account, region } = tx;
  const domain: DomainState = {
    account,
    region,
    name: input.domainName.toLowerCase(),
    id: type === "PRIVATE" ? tx.ids.lower(10) : "",
    createdAt: dateOf(tx),
    configurations: [newConfiguration(tx, type, input)],
    ...mutualTlsOf(input.mutualTlsAuthentication),
    routingMode: internalMode(input.routingMode ?? "BASE_PATH_MAPPING_ONLY"),
    mappings: [],
    rules: [],
    tags: input.tags ?? {},
    policy: input.policy,
  };
  putDomain(tx, domain);
  return shown(domain);
}

function newConfiguration(
  tx: Transaction,
  type: DomainEndpointType,
  input: Input<"CreateDomainName">,
): DomainConfiguration {
  const regional = type === "REGIONAL";
  const arn = regional ? input.regionalCertificateArn : input.certificateArn;
  const uploaded = input.certificateBody !== undefined;
  if (uploaded && (input.certificatePrivateKey === undefined || input.certificateName === undefined)) {
    throw badRequest("Certificate name, body and private key must be specified together");
  }
  if (arn === undefined && !uploaded) {
    throw badRequest(
      regional
        ? "Invalid certificate ARN specified: a regional certificate is required for a regional domain name"
        : "Invalid certificate ARN specified: a certificate is required for a domain name",
    );
  }
  if (arn !== undefined) checkCertificate(arn);
  return {
    ...endpointOf(type, tx.region, tx.ids),
    certificateArn: arn,
    certificateName: regional ? input.regionalCertificateName : input.certificateName,
    certificateUploadDate: dateOf(tx),
    securityPolicy: input.securityPolicy ?? "TLS_1_2",
    ipAddressType: input.endpointConfiguration?.ipAddressType ?? (type === "PRIVATE" ? "dualstack" : "ipv4"),
    ownershipVerificationCertificateArn: input.ownershipVerificationCertificateArn,
  };
}

function checkCertificate(arn: string): void {
  if (!/^arn:aws[\w-]*:(?:acm|iam):[^:]*:\d{12}:.+$/.test(arn))
    throw badRequest("Invalid certificate ARN specified");
}

function mutualTlsOf(
  given: Input<"CreateDomainName">["mutualTlsAuthentication"],
): Pick<DomainState, "mutualTls"> {
  if (!given?.truststoreUri) return {};
  if (!/^s3:\/\/[^/]+\/.+$/.test(given.truststoreUri)) throw badRequest("Invalid truststore URI specified");
  return { mutualTls: { truststoreUri: given.truststoreUri, truststoreVersion: given.truststoreVersion } };
}

/** The two services word one mode differently. */
const internalMode = (mode: RoutingMode): DomainState["routingMode"] =>
  mode.replace("BASE_PATH_MAPPING", "API_MAPPING") as DomainState["routingMode"];

export async function openDomain(tx: Transaction, name: string, id?: string): Promise<DomainState> {
  const domain = await findDomain(tx, name, id);
  if (domain === undefined) throw notFound("Invalid domain name identifier specified");
  return domain;
}

export async function getDomainName(
  { domainName, domainNameId }: Input<"GetDomainName">,
  tx: Transaction,
): Promise<Output<"GetDomainName">> {
  return shown(await openDomain(tx, domainName, domainNameId));
}

export async function getDomainNames(
  { position, limit = 25, resourceOwner }: Input<"GetDomainNames">,
  tx: Transaction,
): Promise<Output<"GetDomainNames">> {
  if (resourceOwner === "OTHER_ACCOUNTS") return { items: [] };
  const { values, cursor } = await listDomains(tx, { cursor: position, limit: Math.min(limit, 500) });
  return { items: values.map(shown), ...(cursor === undefined ? {} : { position: cursor }) };
}

export async function updateDomainName(
  { domainName, domainNameId, patchOperations }: Input<"UpdateDomainName">,
  tx: Transaction,
): Promise<Output<"UpdateDomainName">> {
  const before = await openDomain(tx, domainName, domainNameId);
  const view = shown(before);
  const after = patched(view, patchOperations, domainRules);
  const type = (after.endpointConfiguration?.types?.[0] ?? "EDGE") as DomainEndpointType;
  const old = before.configurations[0]!;
  const place = type === old.endpointType ? old : endpointOf(type, tx.region, tx.ids);
  const certificateArn = type === "REGIONAL" ? after.regionalCertificateArn : after.certificateArn;
  if (certificateArn !== undefined) checkCertificate(certificateArn);
  const configuration: DomainConfiguration = {
    ...old,
    endpointType: type,
    apiGatewayDomainName: place.apiGatewayDomainName,
    hostedZoneId: place.hostedZoneId,
    certificateArn,
    certificateName: type === "REGIONAL" ? after.regionalCertificateName : after.certificateName,
    certificateUploadDate: certificateArn === old.certificateArn ? old.certificateUploadDate : dateOf(tx),
    securityPolicy: after.securityPolicy ?? old.securityPolicy,
    ipAddressType: after.endpointConfiguration?.ipAddressType ?? old.ipAddressType,
    ownershipVerificationCertificateArn: after.ownershipVerificationCertificateArn,
  };
  const { mutualTls: _before, ...rest } = before;
  const domain: DomainState = {
    ...rest,
    configurations: [configuration, ...before.configurations.slice(1)],
    ...mutualTlsOf(after.mutualTlsAuthentication),
    routingMode: internalMode(after.routingMode ?? "BASE_PATH_MAPPING_ONLY"),
    policy: after.policy || undefined,
    managementPolicy: after.managementPolicy || undefined,
  };
  putDomain(tx, domain);
  return shown(domain);
}

export async function deleteDomainName(
  { domainName, domainNameId }: Input<"DeleteDomainName">,
  tx: Transaction,
): Promise<Output<"DeleteDomainName">> {
  removeDomain(tx, await openDomain(tx, domainName, domainNameId));
  return {};
}

function shown(domain: DomainState): DomainName {
  const first = domain.configurations[0]!;
  const regional = first.endpointType === "REGIONAL";
  const defined = <T extends object>(given: T): T =>
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
  return defined({
    domainName: domain.name,
    domainNameArn: domainArn(domain, domain),
    ...(domain.id === "" ? {} : { domainNameId: domain.id }),
    certificateUploadDate: first.certificateUploadDate,
    ...(regional
      ? {
          regionalCertificateArn: first.certificateArn,
          regionalCertificateName: first.certificateName,
          regionalDomainName: first.apiGatewayDomainName,
          regionalHostedZoneId: first.hostedZoneId,
        }
      : {
          certificateArn: first.certificateArn,
          certificateName: first.certificateName,
          ...(first.endpointType === "EDGE"
            ? {
                distributionDomainName: first.apiGatewayDomainName,
                distributionHostedZoneId: first.hostedZoneId,
              }
            : {}),
        }),
    endpointConfiguration: {
      types: [first.endpointType],
      ipAddressType: first.ipAddressType as "ipv4" | "dualstack" | undefined,
    },
    domainNameStatus: "AVAILABLE" as const,
    securityPolicy: first.securityPolicy as "TLS_1_2",
    ownershipVerificationCertificateArn: first.ownershipVerificationCertificateArn,
    mutualTlsAuthentication: domain.mutualTls,
    tags: Object.keys(domain.tags).length === 0 ? undefined : domain.tags,
    policy: domain.policy,
    managementPolicy: domain.managementPolicy,
    routingMode: domain.routingMode.replace("API_MAPPING", "BASE_PATH_MAPPING") as RoutingMode,
  });
}
