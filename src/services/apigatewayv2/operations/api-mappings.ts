// API mappings: which stage of which API serves a domain name, or a path of it.

import type { Transaction } from "../../../core/transaction.ts";
import { ApiHome, type ApiHomeState } from "../../../gateway/api-home.ts";
import {
  type ApiMapping,
  type DomainState,
  mostMappings,
  putDomain,
} from "../../../gateway/domains/domain-name.ts";
import { badRequest, conflict, type Input, notFound, nothing, type Output } from "../model.ts";
import { StageRecord } from "../records/stage.ts";
import { domainNamed } from "./domain-names.ts";

export async function createApiMapping(
  { DomainName, ApiId, Stage, ApiMappingKey = "" }: Input<"CreateApiMapping">,
  tx: Transaction,
): Promise<Output<"CreateApiMapping">> {
  const domain = await domainNamed(tx, DomainName);
  const mapping: ApiMapping = {
    mappingId: tx.ids.lower(6),
    path: ApiMappingKey,
    apiId: ApiId,
    stage: Stage,
    kind: await checkMapping(tx, domain, { path: ApiMappingKey, apiId: ApiId, stage: Stage }),
  };
  if (domain.mappings.length >= mostMappings) {
    throw badRequest(
      `Maximum number of API mappings (${mostMappings}) for this domain name has been reached`,
    );
  }
  putDomain(tx, { ...domain, mappings: [...domain.mappings, mapping] });
  return shownMapping(mapping);
}

/** The kind of API that is meant. */
async function checkMapping(
  tx: Transaction,
  domain: DomainState,
  wanted: Pick<ApiMapping, "path" | "apiId" | "stage"> & { readonly mappingId?: string },
): Promise<ApiMapping["kind"]> {
  const { path, apiId, stage, mappingId } = wanted;
  if (path !== "" && !/^[\w$.+!*'()~-]+(\/[\w$.+!*'()~-]+)*$/.test(path)) {
    throw badRequest("API mapping key should only contain letters, numbers and $-_.+!*'() with / between");
  }
  if (domain.mappings.some((each) => each.path === path && each.mappingId !== mappingId)) {
    throw conflict("ApiMapping key already exists for this domain name");
  }
  const home = await tx.get(ApiHome, apiId);
  if (home === undefined || home.account !== tx.account || home.region !== tx.region) {
    throw badRequest(`Invalid API identifier specified ${tx.account}:${apiId}`);
  }
  const kind = kindOf(home);
  if (kind === "rest") return kind;
  if ((await tx.get(StageRecord, apiId, stage ?? "")) === undefined) {
    throw badRequest("Invalid stage identifier specified");
  }
  const others = domain.mappings.filter((each) => each.mappingId !== mappingId);
  if (others.some((each) => (each.kind === "websocket") !== (kind === "websocket"))) {
    throw badRequest("Only WebSocket APIs can be mapped on a domain with existing WebSocket mappings.");
  }
  return kind;
}

export function kindOf({ protocol }: ApiHomeState): ApiMapping["kind"] {
  return protocol === undefined ? "rest" : protocol === "HTTP" ? "http" : "websocket";
}

export async function getApiMapping(
  { DomainName, ApiMappingId }: Input<"GetApiMapping">,
  tx: Transaction,
): Promise<Output<"GetApiMapping">> {
  return shownMapping(find(await domainNamed(tx, DomainName), ApiMappingId));
}

export async function getApiMappings(
  { DomainName, MaxResults, NextToken }: Input<"GetApiMappings">,
  tx: Transaction,
): Promise<Output<"GetApiMappings">> {
  const { mappings } = await domainNamed(tx, DomainName);
  const start = NextToken === undefined ? 0 : Number(NextToken);
  const limit = MaxResults === undefined ? mostMappings : Number(MaxResults);
  if (!Number.isInteger(start) || start < 0) throw badRequest("Invalid NextToken specified");
  if (!Number.isInteger(limit) || limit < 1) throw badRequest(`Invalid value for maxResults: ${MaxResults}`);
  const end = start + limit;
  return {
    Items: mappings.slice(start, end).map(shownMapping),
    ...(end < mappings.length ? { NextToken: String(end) } : {}),
  };
}

export async function updateApiMapping(
  input: Input<"UpdateApiMapping">,
  tx: Transaction,
): Promise<Output<"UpdateApiMapping">> {
  const domain = await domainNamed(tx, input.DomainName);
  const before = find(domain, input.ApiMappingId);
  const wanted = {
    mappingId: before.mappingId,
    path: input.ApiMappingKey ?? before.path,
    apiId: input.ApiId,
    stage: input.Stage ?? before.stage,
  };
  const mapping: ApiMapping = { ...wanted, kind: await checkMapping(tx, domain, wanted) };
  putDomain(tx, {
    ...domain,
    mappings: domain.mappings.map((each) => (each.mappingId === mapping.mappingId ? mapping : each)),
  });
  return shownMapping(mapping);
}

export async function deleteApiMapping(
  { DomainName, ApiMappingId }: Input<"DeleteApiMapping">,
  tx: Transaction,
): Promise<Output<"DeleteApiMapping">> {
  const domain = await domainNamed(tx, DomainName);
  find(domain, ApiMappingId);
  putDomain(tx, { ...domain, mappings: domain.mappings.filter((each) => each.mappingId !== ApiMappingId) });
  return nothing;
}

function find(domain: DomainState, mappingId: string): ApiMapping {
  const mapping = domain.mappings.find((each) => each.mappingId === mappingId);
  if (mapping === undefined) {
    throw notFound("The api mapping resource specified in the request was not found.");
  }
  return mapping;
}

function shownMapping({ mappingId, path, apiId, stage }: ApiMapping) {
  return {
    ApiId: apiId,
    ApiMappingId: mappingId,
    ApiMappingKey: path === "" ? undefined : path,
    Stage: stage ?? "",
  };
}
