// Bodies against models: JSON Schema, draft 4, with references between the
// models of an API. What is wrong is said in the words that AWS's validator uses.

import type { ErrorObject, ValidateFunction } from "ajv";
import { compileSchema } from "../../../../gateway/schema.ts";
import { flattened } from "../../apis/model-schema.ts";
import type { CompiledApi } from "../api/compiled-api.ts";

const compiled = new WeakMap<CompiledApi, Map<string, Promise<ValidateFunction>>>();

/** Empty where the body is as the model says. */
export async function bodyFlaws(api: CompiledApi, model: string, text: string): Promise<readonly string[]> {
  let value: unknown;
  try {
    value = text === "" ? null : JSON.parse(text);
  } catch {
    return ["Unable to parse body as JSON"];
  }
  const validators = compiled.get(api) ?? new Map<string, Promise<ValidateFunction>>();
  compiled.set(api, validators);
  let validator = validators.get(model);
  if (validator === undefined) {
    validator = compileSchema(flattened(api.models.get(model) ?? "{}", api.models));
    validators.set(model, validator);
  }
  const validate = await validator;
  return validate(value) ? [] : (validate.errors ?? []).map((error) => flaw(error, value));
}

const quoted = (value: unknown): string => JSON.stringify(value);

function flaw({ keyword, params, message, instancePath }: ErrorObject, root: unknown): string {
  const at = valueAt(root, instancePath);
  const given = params as Readonly<Record<string, unknown>>;
  switch (keyword) {
    case "required":
      return `object has missing required properties ([${quoted(given.missingProperty)}])`;
    case "type":
      return `instance type (${typeOf(at)}) does not match any allowed primitive type (allowed: [${[given.type].flat().map(quoted).join(",")}])`;
    case "enum":
      return `instance value (${quoted(at)}) not found in enum (possible values: ${quoted(given.allowedValues)})`;
    case "maximum":
      return `numeric instance is greater than the required maximum (maximum: ${given.limit}, found: ${at})`;
    case "minimum":
      return `numeric instance is lower than the required minimum (minimum: ${given.limit}, found: ${at})`;
    case "minLength":
      return `string ${quoted(at)} is too short (length: ${String(at).length}, required minimum: ${given.limit})`;
    case "maxLength":
      return `string ${quoted(at)} is too long (length: ${String(at).length}, maximum allowed: ${given.limit})`;
    case "pattern":
      return `ECMA 262 regex ${quoted(given.pattern)} does not match input string ${quoted(at)}`;
    case "minItems":
      return `array is too short: must have at least ${given.limit} elements but instance has ${(at as unknown[]).length} elements`;
    case "maxItems":
      return `array is too long: must have at most ${given.limit} elements but instance has ${(at as unknown[]).length} elements`;
    case "uniqueItems":
      return "array must not contain duplicate elements";
    case "additionalProperties":
      return `object instance has properties which are not allowed by the schema: [${quoted(given.additionalProperty)}]`;
    default:
      return message ?? keyword;
  }
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const part of pointer.split("/").slice(1)) {
    value = (value as Readonly<Record<string, unknown>> | null)?.[
      part.replaceAll("~1", "/").replaceAll("~0", "~")
    ];
  }
  return value;
}
