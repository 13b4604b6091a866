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

/** The condition that all routes share; undefined where they differ or one has none. */
export function commonCondition(routes: readonly Route[]): Value | undefined {
  const [first, ...others] = routes;
  return others.every(({ condition }) => condition === first?.condition) ? first?.condition : undefined;
}

/** A path of an API that nobody declared is there while its methods are. */
export function conditionalPaths(paths: Paths, routes: readonly Route[]): Fields {
  return Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => {
      const condition = commonCondition(routes.filter((route) => route.path === path));
      return [
        path,
        condition === undefined ? methods : { "Fn::If": [condition, methods, { Ref: "AWS::NoValue" }] },
      ];
    }),
  );
}
