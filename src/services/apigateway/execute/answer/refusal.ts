// What API Gateway itself answers instead of an integration: a type, which the
// API's owner may give another form, and AWS's message.

import type { GatewayResponseType } from "../../../../model/generated/apigateway.d.ts";

export interface RefusalOptions {
  /** Where it differs from the type's own. */
  readonly status?: number;
  /** Why a body was refused, for `$context.error.validationErrorString`. */
  readonly validationError?: string;
  /** What the answer carries beyond, such as `www-authenticate`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Policies spell their message's name with a capital. */
  readonly capital?: true;
}

export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly type: GatewayResponseType;
  readonly options: RefusalOptions;
  /** Null where AWS says nothing. */
  readonly said: string | null;

  constructor(type: GatewayResponseType, said: string | null, options: RefusalOptions = {}) {
    super(said ?? type);
    this.type = type;
    this.said = said;
    this.options = options;
  }
}

export const internalError = (
  type: GatewayResponseType = "API_CONFIGURATION_ERROR",
  status?: number,
): Refusal => new Refusal(type, "Internal server error", status === undefined ? {} : { status });

export const missingAuthenticationToken = (): Refusal =>
  new Refusal("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");

/** The header `x-amzn-errortype` of each type. */
export const errorTypes: Readonly<Record<GatewayResponseType, string>> = {
  ACCESS_DENIED: "AccessDeniedException",
  API_CONFIGURATION_ERROR: "InternalServerErrorException",
  AUTHORIZER_CONFIGURATION_ERROR: "AuthorizerConfigurationException",
  AUTHORIZER_FAILURE: "AuthorizerFailureException",
  BAD_REQUEST_BODY: "BadRequestException",
  BAD_REQUEST_PARAMETERS: "BadRequestException",
  DEFAULT_4XX: "BadRequestException",
  DEFAULT_5XX: "InternalServerErrorException",
  EXPIRED_TOKEN: "ExpiredTokenException",
  INTEGRATION_FAILURE: "InternalServerErrorException",
  INTEGRATION_TIMEOUT: "InternalServerErrorException",
  INVALID_API_KEY: "ForbiddenException",
  INVALID_SIGNATURE: "InvalidSignatureException",
  MISSING_AUTHENTICATION_TOKEN: "MissingAuthenticationTokenException",
  QUOTA_EXCEEDED: "LimitExceededException",
  REQUEST_TOO_LARGE: "RequestTooLargeException",
  RESOURCE_NOT_FOUND: "NotFoundException",
  THROTTLED: "TooManyRequestsException",
  UNAUTHORIZED: "UnauthorizedException",
  UNSUPPORTED_MEDIA_TYPE: "UnsupportedMediaTypeException",
  WAF_FILTERED: "ForbiddenException",
};
