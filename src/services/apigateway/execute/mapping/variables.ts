// What API Gateway lends its mapping templates: `$input`, `$context`, `$util`
// and `$stageVariables`.
// (docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html)

import type { Body } from "../../../../gateway/mapping/body.ts";
import { inputVariable, memberVariable, util } from "../../../../gateway/mapping/variables.ts";
import { emptyMap, isMap, putMember, type Value, type ValueMap } from "../../../../lang/vtl/value.ts";
import type { Exchange } from "../exchange.ts";
import { headerOf, queryOf } from "../request/request.ts";

export function templateVariables(exchange: Exchange, body: Body): Readonly<Record<string, Value>> {
  return {
    input: inputVariable(body, (name) =>
      name === undefined ? allParameters(exchange) : parameter(exchange, name),
    ),
    context: memberVariable("context", exchange.context),
    stageVariables: memberVariable("stageVariables", exchange.stage.variables),
    util,
  };
}

/** Looked for in the path, then in the query, then among the headers. */
function parameter({ request, route }: Exchange, name: string): string {
  return route?.pathParameters[name] ?? queryOf(request, name) ?? headerOf(request, name) ?? "";
}

function allParameters({ request, route }: Exchange): ValueMap {
  const [path, querystring, header] = [emptyMap(), emptyMap(), emptyMap()];
  for (const [name, value] of Object.entries(route?.pathParameters ?? {})) putMember(path, name, value);
  for (const [name, values] of request.query) putMember(querystring, name, values.at(-1)!);
  for (const { name, values } of request.headers.values()) putMember(header, name, values.at(-1)!);
  return { path, querystring, header };
}

/** What a template wrote into one of `$context`'s overrides. */
export function overrides(
  context: ValueMap,
  kind: "requestOverride" | "responseOverride",
  of: string,
): ValueMap {
  const override = context[kind];
  const member = override !== undefined && isMap(override) ? override[of] : undefined;
  return member !== undefined && isMap(member) ? member : noOverrides;
}

const noOverrides: ValueMap = {};
