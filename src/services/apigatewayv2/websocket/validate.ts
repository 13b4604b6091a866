// Messages against the models of their route, before the integration has them.

import type { ValidateFunction } from "ajv";
import { compileSchema } from "../../../gateway/schema.ts";
import type { Snapshot } from "../records/deployment.ts";
import type { ModelState, RouteState } from "../records/parts.ts";
import { Failure } from "./failure.ts";
import { compileSelection, partsOf } from "./selection.ts";

const compiled = new WeakMap<ModelState, Promise<ValidateFunction>>();

export async function validate(snapshot: Snapshot, route: RouteState, message: string): Promise<void> {
  const { ModelSelectionExpression, RequestModels = {} } = route;
  if (snapshot.api.DisableSchemaValidation === true || ModelSelectionExpression === undefined) return;
  const key = compileSelection(ModelSelectionExpression)({ body: partsOf(message) }) ?? "$default";
  const name = RequestModels[key] ?? RequestModels.$default;
  const model = snapshot.models.find(({ Name }) => Name === name);
  if (model === undefined) return;
  let validator = compiled.get(model);
  if (validator === undefined) {
    validator = compileSchema(model.Schema ?? "{}");
    compiled.set(model, validator);
  }
  if (!(await validator)(partsOf(message)([]))) throw new Failure(400, "Invalid request body");
}
