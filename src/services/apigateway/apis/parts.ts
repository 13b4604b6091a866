// What an API has beside its resources: authorizers, models, request
// validators and gateway responses, each a record of its own.

import { defineResource } from "../../../core/resource.ts";
import type {
  Authorizer,
  DocumentationPart,
  DocumentationPartLocation,
  GatewayResponse,
  GatewayResponseType,
  Model,
  RequestValidator,
} from "../../../model/generated/apigateway.d.ts";

interface OfApi {
  readonly apiId: string;
}

export interface AuthorizerState extends Authorizer, OfApi {
  readonly id: string;
  readonly name: string;
  readonly type: "TOKEN" | "REQUEST" | "COGNITO_USER_POOLS";
}

export const AuthorizerRecord = defineResource<AuthorizerState>()({
  service: "apigateway",
  type: "authorizer",
  key: (authorizer) => [authorizer.apiId, authorizer.id],
});

export interface ModelState extends Model, OfApi {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
}

export const ModelRecord = defineResource<ModelState>()({
  service: "apigateway",
  type: "model",
  key: (model) => [model.apiId, model.name],
});

export interface RequestValidatorState extends RequestValidator, OfApi {
  readonly id: string;
  readonly validateRequestBody: boolean;
  readonly validateRequestParameters: boolean;
}

export const RequestValidatorRecord = defineResource<RequestValidatorState>()({
  service: "apigateway",
  type: "requestvalidator",
  key: (validator) => [validator.apiId, validator.id],
});

/** A gateway response that the API's owner has changed; the others are the defaults. */
export interface GatewayResponseState extends GatewayResponse, OfApi {
  readonly responseType: GatewayResponseType;
}

export const GatewayResponseRecord = defineResource<GatewayResponseState>()({
  service: "apigateway",
  type: "gatewayresponse",
  key: (response) => [response.apiId, response.responseType],
});

/** A piece of documentation: properties as JSON text, for the part of the API that its location names. */
export interface DocumentationPartState extends DocumentationPart, OfApi {
  readonly id: string;
  readonly location: DocumentationPartLocation;
  readonly properties: string;
}

export const DocumentationPartRecord = defineResource<DocumentationPartState>()({
  service: "apigateway",
  type: "documentationpart",
  key: (part) => [part.apiId, part.id],
});

/** The documentation as it was at a moment. */
export interface DocumentationVersionState extends OfApi {
  readonly version: string;
  readonly createdDate: number;
  readonly description?: string | undefined;
  readonly parts: readonly DocumentationPartState[];
}

export const DocumentationVersionRecord = defineResource<DocumentationVersionState>()({
  service: "apigateway",
  type: "documentationversion",
  key: (version) => [version.apiId, version.version],
});
