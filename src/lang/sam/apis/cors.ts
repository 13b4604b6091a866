// CORS of REST APIs: a mock `OPTIONS` method on each path that has none.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { defined } from "../expansion.ts";
import { refuse } from "../refusal.ts";
import { anyMethod, type Paths } from "./open-api.ts";
import type { RestAuth } from "./rest-auth.ts";

const allMethods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** As AWS declares them, which the id of the deployment tells. */
const headerOrder = ["Allow-Origin", "Allow-Headers", "Max-Age", "Allow-Methods", "Allow-Credentials"];

export function addPreflights(paths: Paths, api: Fields, auth: RestAuth, third: boolean): void {
  const given = api.Cors;
  if (given === undefined) return;
  const settings: Fields = isFields(given) && given.Ref === undefined ? given : { AllowOrigin: given };
  const { AllowOrigin, AllowMethods, AllowHeaders, AllowCredentials, MaxAge } = settings;
  if (AllowOrigin === undefined) refuse("Invalid value for 'Cors' property.");
  if (AllowOrigin === "'*'" && AllowCredentials === true)
    refuse(
      "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" or not set.",
    );
  // AWS wraps once more for authorization, and once more for models.
  const depth = 1 + [api.Auth, api.Models].filter((each) => each !== undefined).length;
  for (const methods of Object.values(paths)) {
    if (methods.options !== undefined) continue;
    const values: Record<string, Value | undefined> = {
      "Access-Control-Allow-Headers": AllowHeaders,
      "Access-Control-Allow-Methods": AllowMethods ?? `'${methodsOf(methods)}'`,
      "Access-Control-Allow-Origin": AllowOrigin,
      "Access-Control-Max-Age": MaxAge,
      "Access-Control-Allow-Credentials": AllowCredentials === true ? "'true'" : undefined,
    };
    methods.options = preflight(defined(values), auth.preflight, third ? depth : 0);
  }
}

function methodsOf(methods: Readonly<Record<string, Value>>): string {
  if (methods[anyMethod] !== undefined) return allMethods.join(",");
  return [...Object.keys(methods).map((each) => each.toUpperCase()), "OPTIONS"].sort().join(",");
}

/** `depth`: how often a header's type is wrapped into a schema; never before OpenAPI 3. */
function preflight(values: Fields, security: Value | undefined, depth: number): Fields {
  const third = depth > 0;
  const headers = headerOrder.flatMap((each) => {
    const name = `Access-Control-${each}`;
    if (values[name] === undefined) return [];
    const type = { type: name === "Access-Control-Max-Age" ? "integer" : "string" };
    let declared: Fields = type;
    for (let level = 0; level < depth; level++) declared = { schema: declared };
    return [[name, declared] as const];
  });
  return defined({
    summary: "CORS support",
    consumes: third ? undefined : ["application/json"],
    produces: third ? undefined : ["application/json"],
    "x-amazon-apigateway-integration": {
      type: "mock",
      requestTemplates: { "application/json": '{\n  "statusCode" : 200\n}\n' },
      responses: {
        default: {
          statusCode: "200",
          responseParameters: Object.fromEntries(
            Object.entries(values).map(([name, value]) => [`method.response.header.${name}`, value]),
          ),
          responseTemplates: { "application/json": "{}\n" },
        },
      },
    },
    responses: {
      "200": { description: "Default response for CORS method", headers: Object.fromEntries(headers) },
    },
    security,
  });
}
