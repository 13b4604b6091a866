// A deployment's routes as messages find them: each with its integration and
// the responses that lead back to the client.

import type { Snapshot } from "../records/deployment.ts";
import type {
  AuthorizerState,
  IntegrationResponseState,
  IntegrationState,
  RouteResponseState,
  RouteState,
} from "../records/parts.ts";
import { compileSelection, partsOf, type Selection } from "./selection.ts";

export interface SocketRoute {
  readonly route: RouteState;
  readonly authorizer: AuthorizerState | undefined;
  /** Undefined where the route leads nowhere. */
  readonly integration: IntegrationState | undefined;
  readonly integrationResponses: readonly IntegrationResponseState[];
  /** Where there is one, what the integration answers goes back to the client. */
  readonly response: RouteResponseState | undefined;
}

interface Routes {
  readonly byKey: ReadonlyMap<string, SocketRoute>;
  readonly select: Selection;
}

const compiled = new WeakMap<Snapshot, Routes>();

/** Those that connections take of themselves: no message selects them. */
const lifecycle: ReadonlySet<string> = new Set(["$connect", "$disconnect"]);

export function routeOfKey(snapshot: Snapshot, key: string): SocketRoute | undefined {
  return routesOf(snapshot).byKey.get(key);
}

/** The route that a message selects, else `$default`; undefined where there is neither. */
export function routeOfMessage(snapshot: Snapshot, message: string): SocketRoute | undefined {
  const { byKey, select } = routesOf(snapshot);
  const key = select({ body: partsOf(message) });
  const selected = key === undefined || lifecycle.has(key) ? undefined : byKey.get(key);
  return selected ?? byKey.get("$default");
}

function routesOf(snapshot: Snapshot): Routes {
  let routes = compiled.get(snapshot);
  if (routes === undefined) {
    routes = compile(snapshot);
    compiled.set(snapshot, routes);
  }
  return routes;
}

function compile(snapshot: Snapshot): Routes {
  const byKey = new Map<string, SocketRoute>();
  for (const route of snapshot.routes) {
    const integrationId = route.Target?.replace(/^integrations\//, "");
    byKey.set(route.RouteKey, {
      route,
      authorizer: snapshot.authorizers.find(({ AuthorizerId }) => AuthorizerId === route.AuthorizerId),
      integration: snapshot.integrations.find(({ IntegrationId }) => IntegrationId === integrationId),
      integrationResponses: snapshot.integrationResponses.filter(
        ({ IntegrationId }) => IntegrationId === integrationId,
      ),
      response:
        route.RouteResponseSelectionExpression === undefined
          ? undefined
          : snapshot.routeResponses.find(
              ({ RouteId, RouteResponseKey }) => RouteId === route.RouteId && RouteResponseKey === "$default",
            ),
    });
  }
  const expression = snapshot.api.RouteSelectionExpression ?? "$default";
  return { byKey, select: compileSelection(expression) };
}
