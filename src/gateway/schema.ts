// JSON Schema, draft 4: what the models of APIs are written in.

import type { ValidateFunction } from "ajv";

export async function compileSchema(schema: string): Promise<ValidateFunction> {
  const { default: Ajv } = (await import("ajv-draft-04")) as unknown as {
    readonly default: typeof import("ajv-draft-04").default & {
      readonly default?: typeof import("ajv-draft-04").default;
    };
  };
  const Validator = Ajv.default ?? Ajv;
  // What a schema says beyond the draft is passed over, as AWS passes over it.
  const ajv = new Validator({
    allErrors: true,
    strict: false,
    validateFormats: false,
    validateSchema: false,
    logger: false,
  });
  return ajv.compile(withoutIds(JSON.parse(schema) as object));
}

/** A schema's own id, which may be anything, would move what its references mean. */
function withoutIds(schema: object): object {
  const {
    id: _id,
    $schema: _schema,
    ...rest
  } = schema as { readonly id?: unknown; readonly $schema?: unknown };
  return rest;
}
