// Models of WebSocket APIs: create, read, change, delete, and a template to
// begin a mapping with.

import type { Transaction } from "../../../core/transaction.ts";
import { badRequest, conflict, type Input, notFound, nothing, type Output } from "../model.ts";
import { getApi } from "../records/api.ts";
import { changed, given, shown } from "../records/change.ts";
import { ModelRecord, type ModelState } from "../records/parts.ts";
import { deployAutomatically } from "./deploy.ts";
import { pageOf } from "./page.ts";

export async function createModel(
  input: Input<"CreateModel">,
  tx: Transaction,
): Promise<Output<"CreateModel">> {
  const { ApiId, ...settings } = input;
  await getApi(tx, ApiId);
  checkSchema(input.Schema);
  if (!/^[a-zA-Z0-9]+$/.test(input.Name)) throw badRequest("Model name must be alphanumeric");
  const existing = await tx.all(ModelRecord, [ApiId]);
  if (existing.some(({ Name }) => Name === input.Name))
    throw conflict("Model name already exists for this API");
  const model: ModelState = {
    ContentType: "application/json",
    ...given(settings),
    apiId: ApiId,
    ModelId: tx.ids.lower(6),
  };
  tx.put(ModelRecord, model);
  await deployAutomatically(tx, ApiId);
  return shown(model, "apiId");
}

export async function getModel(input: Input<"GetModel">, tx: Transaction): Promise<Output<"GetModel">> {
  return shown(await find(tx, input), "apiId");
}

export async function getModels(input: Input<"GetModels">, tx: Transaction): Promise<Output<"GetModels">> {
  await getApi(tx, input.ApiId);
  return pageOf(tx, ModelRecord, [input.ApiId], input, (model) => shown(model, "apiId"));
}

export async function updateModel(
  input: Input<"UpdateModel">,
  tx: Transaction,
): Promise<Output<"UpdateModel">> {
  const { ApiId, ModelId: _id, ...changes } = input;
  const model = changed(await find(tx, input), changes);
  if (input.Schema !== undefined) checkSchema(input.Schema);
  tx.put(ModelRecord, model);
  await deployAutomatically(tx, ApiId);
  return shown(model, "apiId");
}

export async function deleteModel(
  input: Input<"DeleteModel">,
  tx: Transaction,
): Promise<Output<"DeleteModel">> {
  await find(tx, input);
  tx.delete(ModelRecord, input.ApiId, input.ModelId);
  await deployAutomatically(tx, input.ApiId);
  return nothing;
}

/** An empty mapping over the members that the schema names. */
export async function getModelTemplate(
  input: Input<"GetModelTemplate">,
  tx: Transaction,
): Promise<Output<"GetModelTemplate">> {
  const { Schema = "{}" } = await find(tx, input);
  const { properties = {} } = JSON.parse(Schema) as { readonly properties?: object };
  const members = Object.keys(properties).map((name) => `  "${name}" : "foo"`);
  return { Value: `#set($inputRoot = $input.path('$'))\n{\n${members.join(",\n")}\n}` };
}

function checkSchema(text: string): void {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    throw badRequest("Invalid model schema specified: the schema is not valid JSON");
  }
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    throw badRequest("Invalid model schema specified: the schema must be an object");
  }
}

async function find(
  tx: Transaction,
  { ApiId, ModelId }: { readonly ApiId: string; readonly ModelId: string },
): Promise<ModelState> {
  await getApi(tx, ApiId);
  const model = await tx.get(ModelRecord, ApiId, ModelId);
  if (model === undefined) throw notFound("Invalid Model Id specified");
  return model;
}
