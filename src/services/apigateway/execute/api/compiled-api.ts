// A deployed API made ready to serve: its routes, and each method's templates,
// patterns and mappings compiled at the method's first request.

import { type Templates, templatesOf } from "../../../../gateway/mapping/templates.ts";
import { pattern } from "../../../../lang/vtl/methods/java-pattern.ts";
import type { Integration } from "../../../../model/generated/apigateway.d.ts";
import type { AuthorizerState, RequestValidatorState } from "../../apis/parts.ts";
import type { MethodState, ResourceState } from "../../apis/resource.ts";
import type { ApiSnapshot } from "../../deployments/snapshot.ts";
import {
  type Mapping,
  type RequestTarget,
  requestMappings,
  responseMappings,
} from "../mapping/parameters.ts";
import { type RouteMatch, routeTree } from "./routes.ts";

export interface CompiledApi {
  readonly snapshot: ApiSnapshot;
  readonly route: (path: string) => RouteMatch | undefined;
  readonly method: (resource: ResourceState, httpMethod: string) => CompiledMethod | undefined;
  readonly authorizers: ReadonlyMap<string, AuthorizerState>;
  /** Schemas by the name of their model. */
  readonly models: ReadonlyMap<string, string>;
  readonly isBinary: (contentType: string) => boolean;
}

export interface CompiledMethod {
  readonly resource: ResourceState;
  readonly state: MethodState;
  readonly validator: RequestValidatorState | undefined;
  readonly integration: CompiledIntegration | undefined;
}

export interface CompiledIntegration {
  readonly state: Integration;
  readonly requestTemplates: Templates;
  readonly requestMappings: readonly (Mapping & { readonly target: RequestTarget })[];
  readonly responses: readonly CompiledResponse[];
}

export interface CompiledResponse {
  readonly status: number;
  /** Undefined in the default, which takes what no other does. */
  readonly matches: ((text: string) => boolean) | undefined;
  readonly templates: Templates;
  readonly headers: readonly (Mapping & { readonly name: string })[];
  readonly contentHandling: string | undefined;
}

export function compileApi(snapshot: ApiSnapshot): CompiledApi {
  const { resources, authorizers, models, requestValidators, api } = snapshot;
  const methods = new Map<MethodState, CompiledMethod>();
  const validators = new Map(requestValidators.map((validator) => [validator.id, validator]));
  return {
    snapshot,
    route: routeTree(resources),
    method: (resource, httpMethod) => {
      const state = resource.methods[httpMethod] ?? resource.methods.ANY;
      if (state === undefined) return undefined;
      const known = methods.get(state);
      if (known !== undefined) return known;
      const compiled = {
        resource,
        state,
        validator:
          state.requestValidatorId === undefined ? undefined : validators.get(state.requestValidatorId),
        integration:
          state.methodIntegration === undefined ? undefined : compileIntegration(state.methodIntegration),
      };
      methods.set(state, compiled);
      return compiled;
    },
    authorizers: new Map(authorizers.map((authorizer) => [authorizer.id, authorizer])),
    models: new Map(models.map(({ name, schema }) => [name, schema ?? "{}"])),
    isBinary: binaryTypes(api.binaryMediaTypes ?? []),
  };
}

function compileIntegration(state: Integration): CompiledIntegration {
  return {
    state,
    requestTemplates: templatesOf(state.requestTemplates),
    requestMappings: requestMappings(state.requestParameters),
    responses: Object.entries(state.integrationResponses ?? {}).map(([code, response]) => ({
      status: Number(response.statusCode ?? code),
      matches: response.selectionPattern ? wholeMatch(response.selectionPattern) : undefined,
      templates: templatesOf(response.responseTemplates),
      headers: responseMappings(response.responseParameters),
      contentHandling: response.contentHandling,
    })),
  };
}

/** A pattern that is none matches nothing. */
function wholeMatch(text: string): (given: string) => boolean {
  const expression = pattern(`^(?:${text})$`, "");
  return (given) => expression?.test(given) === true;
}

/** Stars stand for anything: `image/*`. */
function binaryTypes(types: readonly string[]): (contentType: string) => boolean {
  if (types.length === 0) return () => false;
  const tests = types.map((type) => {
    const source = type
      .toLowerCase()
      .replace(/[.+?^$()|[\]{}\\]/g, "\\$&")
      .replaceAll("*", ".*");
    return new RegExp(`^${source}$`);
  });
  return (contentType) => tests.some((test) => test.test(contentType));
}
