// Documentation: parts, each for a place in the API, and versions, which keep
// all parts as they were.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DocumentationPart,
  DocumentationPartLocation,
  DocumentationPartType,
  DocumentationVersion,
} from "../../../model/generated/apigateway.d.ts";
import {
  DocumentationPartRecord,
  type DocumentationPartState,
  DocumentationVersionRecord,
  type DocumentationVersionState,
} from "../apis/parts.ts";
import { openRestApi } from "../apis/rest-api.ts";
import { openStage, StageRecord } from "../deployments/stage.ts";
import { badRequest, conflict, dateOf, type Input, notFound, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { replaceable } from "../patch/rule.ts";
import { text } from "../patch/value.ts";
import { shownPage } from "./page.ts";

export async function createDocumentationPart(
  { restApiId, location, properties }: Input<"CreateDocumentationPart">,
  tx: Transaction,
): Promise<Output<"CreateDocumentationPart">> {
  await openRestApi(tx, restApiId);
  const part = newPart(tx, restApiId, location, properties);
  const others = await tx.all(DocumentationPartRecord, [restApiId]);
  if (others.some((each) => sameLocation(each.location, part.location))) {
    throw conflict("Documentation part already exists for the specified location");
  }
  tx.put(DocumentationPartRecord, part);
  return shown(part);
}

/** What of a location each type has. */
const places: Readonly<Partial<Record<DocumentationPartType, readonly (keyof DocumentationPartLocation)[]>>> =
  {
    API: [],
    AUTHORIZER: ["name"],
    MODEL: ["name"],
    RESOURCE: ["path"],
    METHOD: ["path", "method"],
    PATH_PARAMETER: ["path", "method", "name"],
    QUERY_PARAMETER: ["path", "method", "name"],
    REQUEST_HEADER: ["path", "method", "name"],
    REQUEST_BODY: ["path", "method"],
    RESPONSE: ["path", "method", "statusCode"],
    RESPONSE_HEADER: ["path", "method", "statusCode", "name"],
    RESPONSE_BODY: ["path", "method", "statusCode"],
  };

const defaultPlaces = { path: "/", method: "*", statusCode: "*" };

/** A part with its location complete, checked; nothing is stored. */
export function newPart(
  tx: Transaction,
  apiId: string,
  given: DocumentationPartLocation,
  properties: string,
): DocumentationPartState {
  const taken = places[given.type];
  if (taken === undefined) throw badRequest(`Invalid documentation part type specified: ${given.type}`);
  for (const name of ["path", "method", "statusCode", "name"] as const) {
    // Clients send empty texts for what they leave out.
    if (given[name] && !taken.includes(name)) {
      throw badRequest(`Location of type ${given.type} cannot have ${name} specified`);
    }
  }
  if (taken.includes("name") && !given.name) {
    throw badRequest(`Location of type ${given.type} must have name specified`);
  }
  const defaults = Object.fromEntries(
    Object.entries(defaultPlaces).filter(([name]) => taken.includes(name as keyof DocumentationPartLocation)),
  );
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
  checkProperties(properties);
  return {
    apiId,
    id: tx.ids.lower(6),
    location: { ...defaults, ...defined, type: given.type },
    properties,
  };
}

function checkProperties(properties: string): void {
  if (properties === "") throw badRequest("Documentation part properties must be non-empty");
  try {
    const value: unknown = JSON.parse(properties);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  } catch {
    // Refused below.
  }
  throw badRequest("Documentation part properties must be a valid JSON object");
}

export function sameLocation(one: DocumentationPartLocation, other: DocumentationPartLocation): boolean {
  return (
    one.type === other.type &&
    one.path === other.path &&
    one.method === other.method &&
    one.statusCode === other.statusCode &&
    one.name === other.name
  );
}

async function openPart(tx: Transaction, apiId: string, id: string): Promise<DocumentationPartState> {
  await openRestApi(tx, apiId);
  const part = await tx.get(DocumentationPartRecord, apiId, id);
  if (part === undefined) throw notFound("Invalid Documentation part identifier specified");
  return part;
}

export async function getDocumentationPart(
  { restApiId, documentationPartId }: Input<"GetDocumentationPart">,
  tx: Transaction,
): Promise<Output<"GetDocumentationPart">> {
  return shown(await openPart(tx, restApiId, documentationPartId));
}

export async function getDocumentationParts(
  input: Input<"GetDocumentationParts">,
  tx: Transaction,
): Promise<Output<"GetDocumentationParts">> {
  await openRestApi(tx, input.restApiId);
  const { type, nameQuery, path, locationStatus } = input;
  if (locationStatus === "UNDOCUMENTED") {
    throw notImplemented("apigateway", "locationStatus UNDOCUMENTED of GetDocumentationParts");
  }
  const filtered = type !== undefined || nameQuery !== undefined || path !== undefined;
  if (!filtered) {
    return shownPage(tx, DocumentationPartRecord, input, shown, { prefix: [input.restApiId] });
  }
  const all = await tx.all(DocumentationPartRecord, [input.restApiId]);
  const items = all.filter(
    ({ location }) =>
      (type === undefined || location.type === type) &&
      (nameQuery === undefined || location.name?.includes(nameQuery) === true) &&
      (path === undefined || location.path?.startsWith(path) === true),
  );
  return { items: items.map(shown) };
}

const partRules = patchTable([replaceable("/properties", text)]);

export async function updateDocumentationPart(
  { restApiId, documentationPartId, patchOperations }: Input<"UpdateDocumentationPart">,
  tx: Transaction,
): Promise<Output<"UpdateDocumentationPart">> {
  const part = patched(await openPart(tx, restApiId, documentationPartId), patchOperations, partRules);
  checkProperties(part.properties);
  tx.put(DocumentationPartRecord, part);
  return shown(part);
}

export async function deleteDocumentationPart(
  { restApiId, documentationPartId }: Input<"DeleteDocumentationPart">,
  tx: Transaction,
): Promise<Output<"DeleteDocumentationPart">> {
  await openPart(tx, restApiId, documentationPartId);
  tx.delete(DocumentationPartRecord, restApiId, documentationPartId);
  return {};
}

function shown({ apiId: _apiId, ...part }: DocumentationPartState): DocumentationPart {
  return part;
}

export async function createDocumentationVersion(
  { restApiId, documentationVersion, stageName, description }: Input<"CreateDocumentationVersion">,
  tx: Transaction,
): Promise<Output<"CreateDocumentationVersion">> {
  await openRestApi(tx, restApiId);
  if ((await tx.get(DocumentationVersionRecord, restApiId, documentationVersion)) !== undefined) {
    throw conflict("Documentation version already exists");
  }
  if (stageName !== undefined) {
    const stage = await openStage(tx, restApiId, stageName);
    tx.put(StageRecord, { ...stage, documentationVersion, lastUpdatedDate: dateOf(tx) });
  }
  const version: DocumentationVersionState = {
    apiId: restApiId,
    version: documentationVersion,
    createdDate: dateOf(tx),
    description,
    parts: await tx.all(DocumentationPartRecord, [restApiId]),
  };
  tx.put(DocumentationVersionRecord, version);
  return shownVersion(version);
}

async function openVersion(
  tx: Transaction,
  apiId: string,
  version: string,
): Promise<DocumentationVersionState> {
  await openRestApi(tx, apiId);
  const found = await tx.get(DocumentationVersionRecord, apiId, version);
  if (found === undefined) throw notFound("Invalid Documentation version identifier specified");
  return found;
}

export async function getDocumentationVersion(
  { restApiId, documentationVersion }: Input<"GetDocumentationVersion">,
  tx: Transaction,
): Promise<Output<"GetDocumentationVersion">> {
  return shownVersion(await openVersion(tx, restApiId, documentationVersion));
}

export async function getDocumentationVersions(
  input: Input<"GetDocumentationVersions">,
  tx: Transaction,
): Promise<Output<"GetDocumentationVersions">> {
  await openRestApi(tx, input.restApiId);
  return shownPage(tx, DocumentationVersionRecord, input, shownVersion, { prefix: [input.restApiId] });
}

const versionRules = patchTable([replaceable("/description", text)]);

export async function updateDocumentationVersion(
  { restApiId, documentationVersion, patchOperations }: Input<"UpdateDocumentationVersion">,
  tx: Transaction,
): Promise<Output<"UpdateDocumentationVersion">> {
  const version = patched(
    await openVersion(tx, restApiId, documentationVersion),
    patchOperations,
    versionRules,
  );
  tx.put(DocumentationVersionRecord, version);
  return shownVersion(version);
}

export async function deleteDocumentationVersion(
  { restApiId, documentationVersion }: Input<"DeleteDocumentationVersion">,
  tx: Transaction,
): Promise<Output<"DeleteDocumentationVersion">> {
  await openVersion(tx, restApiId, documentationVersion);
  tx.delete(DocumentationVersionRecord, restApiId, documentationVersion);
  return {};
}

function shownVersion({
  version,
  createdDate,
  description,
}: DocumentationVersionState): DocumentationVersion {
  return { version, createdDate, ...(description === undefined ? {} : { description }) };
}
