// What an OpenAPI document says of a REST API, in API Gateway's own terms:
// nothing has an id yet, and things refer to each other by name.

import type {
  Authorizer,
  DocumentationPartLocation,
  EndpointConfiguration,
  GatewayResponse,
  GatewayResponseType,
  Integration,
  MethodResponse,
  Model,
  RequestValidator,
} from "../../../model/generated/apigateway.d.ts";
import type { AuthorizerState } from "../apis/parts.ts";

export interface MethodDescription {
  readonly httpMethod: string;
  readonly authorizationType: string;
  /** By name. */
  readonly authorizer?: string | undefined;
  readonly authorizationScopes?: readonly string[] | undefined;
  readonly apiKeyRequired: boolean;
  readonly operationName?: string | undefined;
  readonly requestParameters?: Readonly<Record<string, boolean>> | undefined;
  readonly requestModels?: Readonly<Record<string, string>> | undefined;
  /** By name. */
  readonly requestValidator?: string | undefined;
  readonly methodResponses?: Readonly<Record<string, MethodResponse>> | undefined;
  readonly integration?: Integration | undefined;
}

export interface ApiDescription {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly version?: string | undefined;
  readonly binaryMediaTypes?: readonly string[] | undefined;
  readonly minimumCompressionSize?: number | undefined;
  readonly apiKeySource?: "HEADER" | "AUTHORIZER" | undefined;
  readonly endpointConfiguration?: Partial<EndpointConfiguration> | undefined;
  readonly disableExecuteApiEndpoint?: boolean | undefined;
  readonly policy?: string | undefined;
  readonly models: readonly (Model & { readonly name: string; readonly schema: string })[];
  readonly authorizers: readonly (Authorizer & Pick<AuthorizerState, "name" | "type">)[];
  readonly requestValidators: readonly (RequestValidator & { readonly name: string })[];
  readonly gatewayResponses: readonly (GatewayResponse & { readonly responseType: GatewayResponseType })[];
  readonly documentationParts: readonly {
    readonly location: DocumentationPartLocation;
    readonly properties: string;
  }[];
  /** The version under which the document's documentation is kept. */
  readonly documentationVersion?: string | undefined;
  /** By path, with its leading slash. */
  readonly paths: ReadonlyMap<string, readonly MethodDescription[]>;
  readonly warnings: readonly string[];
}
