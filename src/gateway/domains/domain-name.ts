// Custom domain names. Both services of API Gateway see the same ones, and a
// request that arrives under one must find its API by a single read: so a domain
// name is one record of the whole cloud, its mappings within.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { ListOptions, Page, Transaction } from "../../core/transaction.ts";

export type DomainEndpointType = "REGIONAL" | "EDGE" | "PRIVATE";

export interface DomainConfiguration {
  readonly endpointType: DomainEndpointType;
  /** What a DNS record of the user's would point to. */
  readonly apiGatewayDomainName: string;
  readonly hostedZoneId: string;
  readonly certificateArn?: string | undefined;
  readonly certificateName?: string | undefined;
  /** Epoch milliseconds. */
  readonly certificateUploadDate?: number | undefined;
  readonly securityPolicy: string;
  readonly ipAddressType?: string | undefined;
  readonly ownershipVerificationCertificateArn?: string | undefined;
}

export type RoutingMode = "API_MAPPING_ONLY" | "ROUTING_RULE_ONLY" | "ROUTING_RULE_THEN_API_MAPPING";

/** Which API serves the paths below `path`; the empty one takes what no other does. */
export interface ApiMapping {
  readonly mappingId: string;
  /** Without slashes at its ends; empty for the root. */
  readonly path: string;
  readonly apiId: string;
  /** Undefined where the next segment of a request's path names the stage. */
  readonly stage?: string | undefined;
  /** Which service's API it is. */
  readonly kind: "rest" | "http" | "websocket";
}

export interface RoutingRule {
  readonly ruleId: string;
  /** 1 is asked first. */
  readonly priority: number;
  readonly basePaths: readonly (readonly string[])[];
  readonly headers: readonly (readonly { readonly header: string; readonly valueGlob: string }[])[];
  readonly apiId: string;
  readonly stage: string;
  readonly stripBasePath: boolean;
  readonly kind: ApiMapping["kind"];
}

export interface DomainState extends Place {
  /** Lower-case; may begin with `*.`. */
  readonly name: string;
  /** Of a private domain name; else empty. */
  readonly id: string;
  readonly createdAt: number;
  readonly configurations: readonly DomainConfiguration[];
  readonly mutualTls?: { readonly truststoreUri: string; readonly truststoreVersion?: string | undefined };
  readonly routingMode: RoutingMode;
  readonly mappings: readonly ApiMapping[];
  readonly rules: readonly RoutingRule[];
  readonly tags: Readonly<Record<string, string>>;
  /** JSON documents of a private domain name. */
  readonly policy?: string | undefined;
  readonly managementPolicy?: string | undefined;
}

export const DomainRecord = defineResource<DomainState>()({
  service: "apigateway",
  type: "domain-name",
  scope: "global",
  key: (domain) => [domain.name, domain.id],
  arn: (domain) => domainArn(domain, domain),
  tags: (domain) => domain.tags,
  indexes: { place: (domain) => [domain.account, domain.region] },
  cached: true,
});

export const mostMappings = 200;

/** A private domain name's ARN carries account and id. */
export function domainArn(at: Place, { name, id }: Pick<DomainState, "name" | "id">): string {
  return id === ""
    ? `arn:aws:apigateway:${at.region}::/domainnames/${name}`
    : `arn:aws:apigateway:${at.region}:${at.account}:/domainnames/${name}+${id}`;
}

/** Whether the name is taken, by whatever account. */
export async function domainExists(tx: Transaction, name: string): Promise<boolean> {
  return (await tx.get(DomainRecord, name.toLowerCase(), "")) !== undefined;
}

/** A domain name of this account and region. */
export async function findDomain(tx: Transaction, name: string, id = ""): Promise<DomainState | undefined> {
  const domain = await tx.get(DomainRecord, name.toLowerCase(), id);
  return domain?.account === tx.account && domain.region === tx.region ? domain : undefined;
}

export function putDomain(tx: Transaction, domain: DomainState): void {
  tx.put(DomainRecord, domain);
}

export function removeDomain(tx: Transaction, { name, id }: DomainState): void {
  tx.delete(DomainRecord, name, id);
}

export function listDomains(
  tx: Transaction,
  options: Pick<ListOptions, "cursor" | "limit">,
): Promise<Page<DomainState>> {
  return tx.list(DomainRecord, { ...options, index: "place", prefix: [tx.account, tx.region] });
}

/** Whether a mapping or rule of any of the account's domain names leads to that API, or that stage of it. */
export async function isMapped(tx: Transaction, apiId: string, stage?: string): Promise<boolean> {
  let cursor: string | undefined;
  do {
    const page: Page<DomainState> = await listDomains(tx, cursor === undefined ? {} : { cursor });
    const found = page.values.some(({ mappings, rules }) =>
      [...mappings, ...rules].some(
        (each) => each.apiId === apiId && (stage === undefined || each.stage === stage),
      ),
    );
    if (found) return true;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return false;
}
