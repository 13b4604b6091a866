// OpenAPI documents: the one that is given or an empty one, with the routes of events.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import type { Expansion } from "../expansion.ts";
import { refuse } from "../refusal.ts";
import type { Route } from "./route.ts";

export type Document = Record<string, Value>;
export type Paths = Record<string, Record<string, Value>>;

export const anyMethod = "x-amazon-apigateway-any-method";

export const emptyDocument = (version: Fields): Document => ({
  info: { version: "1.0", title: { Ref: "AWS::StackName" } },
  paths: {},
  ...version,
});

export function pathsOf(document: Document): Paths {
  const given = document.paths;
  if (given === undefined || given === null) return {};
  if (!isFields(given)) refuse("Structure of the SAM template is invalid: 'paths' must be a map.");
  return Object.fromEntries(
    Object.entries(given).map(([path, methods]) => [path, isFields(methods) ? { ...methods } : {}]),
  );
}

export const routesOf = (expansion: Expansion, api: string): readonly Route[] =>
  expansion.routes.filter((route) => route.api === api);

/** Adds what a route says, unless the document says otherwise already. */
export function addRoute(paths: Paths, route: Route, operation: Fields): void {
  const methods = paths[route.path] ?? {};
  paths[route.path] = methods;
  const method = route.method === "any" ? anyMethod : route.method;
  const present = methods[method];
  const integration = isFields(present) ? present["x-amazon-apigateway-integration"] : undefined;
  if (
    integration !== undefined &&
    JSON.stringify(integration) !== JSON.stringify(operation["x-amazon-apigateway-integration"])
  )
    refuse(`API method "${route.method}" defined multiple times for path "${route.path}".`);
  const merged = conditionalUri(
    isFields(present) ? { ...present, ...operation } : operation,
    route.condition,
  );
  methods[method] =
    route.condition === undefined ? merged : { "Fn::If": [route.condition, merged, { Ref: "AWS::NoValue" }] };
}

/** Path parameters, which OpenAPI wants declared. */
export const pathParameters = (path: string): readonly Fields[] =>
  [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => ({ name, in: "path", required: true }));

/** A stage's part of a logical id. */
export const alphanumeric = (text: string): string => text.replace(/[^A-Za-z0-9]/g, "");

function conditionalUri(operation: Fields, condition: Value | undefined): Fields {
  const name = "x-amazon-apigateway-integration";
  const integration = operation[name];
  if (condition === undefined || !isFields(integration) || integration.uri === undefined) return operation;
  const uri: Fields = { "Fn::If": [condition, integration.uri, { Ref: "AWS::NoValue" }] };
  return { ...operation, [name]: { ...integration, uri } };
}

const maximumOr = 10;

/** What is true where any of the routes is there; undefined where one always is. May be made under a name. */
export function commonCondition(
  { conditions }: Expansion,
  routes: readonly Route[],
  name: string,
): Value | undefined {
  if (routes.length === 0 || routes.some(({ condition }) => condition === undefined)) return undefined;
  const found = [...new Set(routes.map(({ condition }) => String(condition)))].sort();
  if (found.length === 1) return found[0];
  const either = (names: readonly string[]): Fields => ({
    "Fn::Or": names.map((Condition) => ({ Condition })),
  });
  // `Fn::Or` takes ten: more are told in tens, which count down.
  const tens = Math.ceil(Math.max(found.length - maximumOr, 0) / (maximumOr - 1));
  const parts: string[] = [];
  for (let ten = tens; ten > 0; ten--) {
    conditions[`${name}${ten}`] = either(found.splice(0, maximumOr));
    parts.push(`${name}${ten}`);
  }
  conditions[name] = either([...found, ...parts]);
  return name;
}

const spelled: Readonly<Record<string, string>> = { "/": "SLASH", "{": "OB", "}": "CB" };

/** A path is there while its methods are. */
export function conditionalPaths(
  expansion: Expansion,
  api: string,
  paths: Paths,
  routes: readonly Route[],
): Fields {
  return Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => {
      const name = `${api}${path.replace(/[/{}]/g, (each) => spelled[each] ?? "")}PathCondition`;
      const condition = commonCondition(
        expansion,
        routes.filter((route) => route.path === path),
        name,
      );
      return [
        path,
        condition === undefined ? methods : { "Fn::If": [condition, methods, { Ref: "AWS::NoValue" }] },
      ];
    }),
  );
}
