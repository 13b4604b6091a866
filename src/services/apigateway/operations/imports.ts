// Imports: a REST API, or its documentation, from an OpenAPI document.

import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { ResourceRecord } from "../apis/resource.ts";
import { openRestApi, type RestApiState } from "../apis/rest-api.ts";
import { badRequest, type Input, type Output } from "../model.ts";
import { applyDescription, applyParts, describedSettings, type Mode } from "../openapi/apply.ts";
import type { ApiDescription } from "../openapi/description.ts";
import { readDocument } from "../openapi/document.ts";
import { readDescription } from "../openapi/read.ts";
import { newRestApi, putApi, rootOf, shownRestApi, storeRestApi } from "./rest-apis.ts";

const largestDocument = 6 * 1024 * 1024;

async function read(
  body: Uint8Array,
  parameters: Readonly<Record<string, string>> | undefined,
  failOnWarnings: boolean | undefined,
): Promise<ApiDescription> {
  if (body.length > largestDocument) throw badRequest("API definition exceeds the maximum size of 6 MB");
  const description = readDescription(await readDocument(body), parameters);
  if (failOnWarnings === true && description.warnings.length > 0) {
    throw badRequest(`Warnings found during import:\n\t${description.warnings.join("\n\t")}`);
  }
  return description;
}

export async function importRestApi(
  { body, parameters, failOnWarnings }: Input<"ImportRestApi">,
  ctx: Waiting,
): Promise<Output<"ImportRestApi">> {
  const description = await read(body, parameters, failOnWarnings);
  return ctx.atomically(async (tx) => {
    const fresh = newRestApi(tx, {
      name: description.name ?? "",
      ...(description.endpointConfiguration === undefined
        ? {}
        : { endpointConfiguration: description.endpointConfiguration }),
    });
    const api = putApi(tx, describedSettings(fresh, description, "merge"));
    tx.put(ResourceRecord, rootOf(api));
    await applyDescription(tx, api, description, "merge");
    return answer(api, description);
  });
}

export async function putRestApi(
  { restApiId, mode = "merge", body, parameters, failOnWarnings }: Input<"PutRestApi">,
  ctx: Waiting,
): Promise<Output<"PutRestApi">> {
  const description = await read(body, parameters, failOnWarnings);
  return ctx.atomically(async (tx) => {
    const before = await openRestApi(tx, restApiId);
    const api = storeRestApi(tx, describedSettings(before, description, mode));
    await applyDescription(tx, api, description, mode);
    return answer(api, description);
  });
}

function answer(api: RestApiState, { warnings }: ApiDescription): Output<"PutRestApi"> {
  return warnings.length === 0 ? shownRestApi(api) : { ...shownRestApi(api), warnings };
}

export async function importDocumentationParts(
  { restApiId, mode = "merge", body, failOnWarnings }: Input<"ImportDocumentationParts">,
  ctx: Waiting,
): Promise<Output<"ImportDocumentationParts">> {
  const { documentationParts } = readDescription(await readDocument(body));
  const warnings =
    documentationParts.length === 0 ? ["No documentation parts found in the API definition"] : [];
  if (failOnWarnings === true && warnings.length > 0) {
    throw badRequest(`Warnings found during import:\n\t${warnings.join("\n\t")}`);
  }
  return ctx.atomically(async (tx: Transaction) => {
    await openRestApi(tx, restApiId);
    const ids = await applyParts(tx, restApiId, documentationParts, mode as Mode);
    return { ids, warnings };
  });
}
