// Models: JSON Schemas that requests are validated against, and templates
// that are made of them.

import type { Transaction } from "../../../core/transaction.ts";
import type { Model } from "../../../model/generated/apigateway.d.ts";
import { flattened, modelTemplate, parseSchema } from "../apis/model-schema.ts";
import { ModelRecord, type ModelState } from "../apis/parts.ts";
import { ResourceRecord } from "../apis/resource.ts";
import { openRestApi } from "../apis/rest-api.ts";
import { badRequest, conflict, type Input, notFound, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { replaceable } from "../patch/rule.ts";
import { text } from "../patch/value.ts";
import { shownPage } from "./page.ts";

const largestSchema = 409_600;

export async function createModel(
  input: Input<"CreateModel">,
  tx: Transaction,
): Promise<Output<"CreateModel">> {
  await openRestApi(tx, input.restApiId);
  const { restApiId: apiId, ...given } = input;
  if ((await tx.get(ModelRecord, apiId, given.name)) !== undefined) {
    throw conflict("Model name already exists for this REST API");
  }
  const model: ModelState = { ...given, apiId, id: tx.ids.lower(6) };
  checkModel(model);
  tx.put(ModelRecord, model);
  return shown(model);
}

export function checkModel({ name, schema, contentType }: ModelState): void {
  if (!/^[a-zA-Z0-9]+$/.test(name)) throw badRequest(`Model name must be alphanumeric: ${name}`);
  if (schema === undefined || schema === "") {
    throw badRequest("Model schema must have at least 1 property or array items defined.");
  }
  if (schema.length > largestSchema) {
    throw badRequest(`Model schema must be no larger than ${largestSchema / 1024} KB`);
  }
  if (contentType.includes("json")) parseSchema(schema);
}

export async function openModel(tx: Transaction, apiId: string, name: string): Promise<ModelState> {
  const model = await tx.get(ModelRecord, apiId, name);
  if (model === undefined) throw notFound(`Invalid model name specified: ${name}`);
  return model;
}

export async function getModel(
  { restApiId, modelName, flatten }: Input<"GetModel">,
  tx: Transaction,
): Promise<Output<"GetModel">> {
  await openRestApi(tx, restApiId);
  const model = await openModel(tx, restApiId, modelName);
  if (flatten !== true || model.schema === undefined) return shown(model);
  return { ...shown(model), schema: flattened(model.schema, await schemasOf(tx, restApiId)) };
}

async function schemasOf(tx: Transaction, apiId: string): Promise<ReadonlyMap<string, string>> {
  const models = await tx.all(ModelRecord, [apiId]);
  return new Map(models.map((each) => [each.name, each.schema ?? "{}"]));
}

export async function getModelTemplate(
  { restApiId, modelName }: Input<"GetModelTemplate">,
  tx: Transaction,
): Promise<Output<"GetModelTemplate">> {
  await openRestApi(tx, restApiId);
  const model = await openModel(tx, restApiId, modelName);
  return { value: modelTemplate(model.schema ?? "{}", await schemasOf(tx, restApiId)) };
}

export async function getModels(input: Input<"GetModels">, tx: Transaction): Promise<Output<"GetModels">> {
  await openRestApi(tx, input.restApiId);
  return shownPage(tx, ModelRecord, input, shown, { prefix: [input.restApiId] });
}

const rules = patchTable([replaceable("/description", text), replaceable("/schema", text)]);

export async function updateModel(
  { restApiId, modelName, patchOperations }: Input<"UpdateModel">,
  tx: Transaction,
): Promise<Output<"UpdateModel">> {
  await openRestApi(tx, restApiId);
  const model = patched(await openModel(tx, restApiId, modelName), patchOperations, rules);
  checkModel(model);
  tx.put(ModelRecord, model);
  return shown(model);
}

export async function deleteModel(
  { restApiId, modelName }: Input<"DeleteModel">,
  tx: Transaction,
): Promise<Output<"DeleteModel">> {
  await openRestApi(tx, restApiId);
  await openModel(tx, restApiId, modelName);
  for (const resource of await tx.all(ResourceRecord, [restApiId])) {
    for (const method of Object.values(resource.methods)) {
      const responses = Object.values(method.methodResponses ?? {});
      const users = {
        request: Object.values(method.requestModels ?? {}),
        response: responses.flatMap((each) => Object.values(each.responseModels ?? {})),
      };
      for (const [where, names] of Object.entries(users)) {
        if (!names.includes(modelName)) continue;
        throw conflict(
          `Cannot delete model '${modelName}', is referenced in method ${where}: ${resource.path}/${method.httpMethod}`,
        );
      }
    }
  }
  const user = (await tx.all(ModelRecord, [restApiId])).find(
    (each) => each.name !== modelName && each.schema?.includes(`/models/${modelName}"`),
  );
  if (user !== undefined) {
    throw conflict(`Cannot delete model '${modelName}', is referenced in model '${user.name}'`);
  }
  tx.delete(ModelRecord, restApiId, modelName);
  return {};
}

function shown({ apiId: _apiId, ...model }: ModelState): Model {
  return model;
}
