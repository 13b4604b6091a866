// Base path mappings: which REST API a domain name leads to, or a path of it.

import type { Transaction } from "../../../../core/transaction.ts";
import {
  type ApiMapping,
  type DomainState,
  mostMappings,
  putDomain,
} from "../../../../gateway/domains/domain-name.ts";
import type { BasePathMapping } from "../../../../model/generated/apigateway.d.ts";
import { RestApiRecord } from "../../apis/rest-api.ts";
import { StageRecord } from "../../deployments/stage.ts";
import { badRequest, conflict, type Input, limitExceeded, notFound, type Output } from "../../model.ts";
import { patched, patchTable } from "../../patch/patch.ts";
import { replaceable } from "../../patch/rule.ts";
import { text } from "../../patch/value.ts";
import { openDomain } from "./domain-names.ts";

/** How clients write the empty path, which a URI cannot. */
const root = "(none)";

const pathOf = (basePath: string): string => (basePath === root ? "" : basePath);

export async function createBasePathMapping(
  input: Input<"CreateBasePathMapping">,
  tx: Transaction,
): Promise<Output<"CreateBasePathMapping">> {
  const domain = await openDomain(tx, input.domainName, input.domainNameId);
  const mapping: ApiMapping = {
    mappingId: tx.ids.lower(6),
    path: pathOf(input.basePath ?? ""),
    apiId: input.restApiId,
    stage: input.stage || undefined,
    kind: "rest",
  };
  await checkMapping(tx, domain, mapping);
  if (domain.mappings.length >= mostMappings) {
    throw limitExceeded("Maximum number of base path mappings for this domain name has been reached");
  }
  putDomain(tx, { ...domain, mappings: [...domain.mappings, mapping] });
  return shown(mapping);
}

async function checkMapping(tx: Transaction, domain: DomainState, mapping: ApiMapping): Promise<void> {
  if (!/^[\w$.+!*'()~-]*$/.test(mapping.path)) {
    throw badRequest("Base path should only contain letters, numbers, and the characters $-_.+!*'()");
  }
  if (domain.mappings.some((each) => each.path === mapping.path && each.mappingId !== mapping.mappingId)) {
    throw conflict("Base path already exists for this domain name");
  }
  if ((await tx.get(RestApiRecord, mapping.apiId)) === undefined) {
    throw badRequest("Invalid REST API identifier specified");
  }
  if (
    mapping.stage !== undefined &&
    (await tx.get(StageRecord, mapping.apiId, mapping.stage)) === undefined
  ) {
    throw badRequest("Invalid stage identifier specified");
  }
}

function find(domain: DomainState, basePath: string): ApiMapping {
  const path = pathOf(basePath);
  const mapping = domain.mappings.find((each) => each.path === path && each.kind === "rest");
  if (mapping === undefined) throw notFound("Invalid base path mapping identifier specified");
  return mapping;
}

export async function getBasePathMapping(
  { domainName, domainNameId, basePath }: Input<"GetBasePathMapping">,
  tx: Transaction,
): Promise<Output<"GetBasePathMapping">> {
  return shown(find(await openDomain(tx, domainName, domainNameId), basePath));
}

/** A position is the number of mappings before it. */
export async function getBasePathMappings(
  { domainName, domainNameId, position = "0", limit = 25 }: Input<"GetBasePathMappings">,
  tx: Transaction,
): Promise<Output<"GetBasePathMappings">> {
  const domain = await openDomain(tx, domainName, domainNameId);
  const start = Number(position);
  if (!Number.isInteger(start) || start < 0) throw badRequest("Invalid position parameter specified");
  const mappings = domain.mappings.filter(({ kind }) => kind === "rest");
  const end = start + Math.min(Math.max(limit, 1), 500);
  return {
    items: mappings.slice(start, end).map(shown),
    ...(end < mappings.length ? { position: String(end) } : {}),
  };
}

const rules = patchTable([
  replaceable("/basePath", pathOf as (value: string) => unknown),
  replaceable("/restapiId", text),
  replaceable("/restApiId", text),
  replaceable("/stage", text),
]);

export async function updateBasePathMapping(
  { domainName, domainNameId, basePath, patchOperations }: Input<"UpdateBasePathMapping">,
  tx: Transaction,
): Promise<Output<"UpdateBasePathMapping">> {
  const domain = await openDomain(tx, domainName, domainNameId);
  const before = find(domain, basePath);
  const view: { basePath: string; restApiId: string; restapiId?: string; stage?: string | undefined } = {
    basePath: before.path,
    restApiId: before.apiId,
    stage: before.stage,
  };
  const after = patched(view, patchOperations, rules);
  const mapping: ApiMapping = {
    ...before,
    path: after.basePath,
    apiId: after.restapiId ?? after.restApiId,
    stage: after.stage || undefined,
  };
  await checkMapping(tx, domain, mapping);
  const mappings = domain.mappings.map((each) => (each.mappingId === mapping.mappingId ? mapping : each));
  putDomain(tx, { ...domain, mappings });
  return shown(mapping);
}

export async function deleteBasePathMapping(
  { domainName, domainNameId, basePath }: Input<"DeleteBasePathMapping">,
  tx: Transaction,
): Promise<Output<"DeleteBasePathMapping">> {
  const domain = await openDomain(tx, domainName, domainNameId);
  const { mappingId } = find(domain, basePath);
  putDomain(tx, { ...domain, mappings: domain.mappings.filter((each) => each.mappingId !== mappingId) });
  return {};
}

function shown({ path, apiId, stage }: ApiMapping): BasePathMapping {
  return { basePath: path === "" ? root : path, restApiId: apiId, ...(stage === undefined ? {} : { stage }) };
}
