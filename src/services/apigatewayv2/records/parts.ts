// What an API is made of: routes, integrations, authorizers, models and the
// responses of the two-way kinds. Each is kept as AWS describes it, under its
// API; what serves requests is the snapshot that a deployment takes of them.

import { defineResource } from "../../../core/resource.ts";
import type {
  Authorizer,
  Integration,
  IntegrationResponse,
  Model,
  Route,
  RouteResponse,
} from "../../../model/generated/apigatewayv2.d.ts";

interface OfApi {
  readonly apiId: string;
}

export interface RouteState extends Route, OfApi {
  readonly RouteId: string;
}

export const RouteRecord = defineResource<RouteState>()({
  service: "apigatewayv2",
  type: "route",
  key: (route) => [route.apiId, route.RouteId],
  indexes: { routeKey: (route) => [route.apiId, route.RouteKey] },
});

export interface IntegrationState extends Integration, OfApi {
  readonly IntegrationId: string;
}

export const IntegrationRecord = defineResource<IntegrationState>()({
  service: "apigatewayv2",
  type: "integration",
  key: (integration) => [integration.apiId, integration.IntegrationId],
});

export interface AuthorizerState extends Authorizer, OfApi {
  readonly AuthorizerId: string;
}

export const AuthorizerRecord = defineResource<AuthorizerState>()({
  service: "apigatewayv2",
  type: "authorizer",
  key: (authorizer) => [authorizer.apiId, authorizer.AuthorizerId],
});

export interface ModelState extends Model, OfApi {
  readonly ModelId: string;
}

export const ModelRecord = defineResource<ModelState>()({
  service: "apigatewayv2",
  type: "model",
  key: (model) => [model.apiId, model.ModelId],
});

export interface RouteResponseState extends RouteResponse, OfApi {
  readonly RouteId: string;
  readonly RouteResponseId: string;
}

export const RouteResponseRecord = defineResource<RouteResponseState>()({
  service: "apigatewayv2",
  type: "route-response",
  key: (response) => [response.apiId, response.RouteId, response.RouteResponseId],
});

export interface IntegrationResponseState extends IntegrationResponse, OfApi {
  readonly IntegrationId: string;
  readonly IntegrationResponseId: string;
}

export const IntegrationResponseRecord = defineResource<IntegrationResponseState>()({
  service: "apigatewayv2",
  type: "integration-response",
  key: (response) => [response.apiId, response.IntegrationId, response.IntegrationResponseId],
});
