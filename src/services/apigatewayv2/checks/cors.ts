// The rules of an HTTP API's CORS configuration
// (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html).

import type { Cors } from "../../../model/generated/apigatewayv2.d.ts";
import { badRequest } from "../model.ts";

const methods = new Set(["*", "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]);

export function checkCors(cors: Cors): void {
  const { AllowOrigins = [], AllowCredentials, AllowMethods = [], MaxAge } = cors;
  for (const origin of AllowOrigins) {
    if (!/^(\*|[a-z][a-z0-9+.-]*:\/\/[^/\s]+)$/i.test(origin)) {
      throw badRequest(
        `Invalid format for origin ${origin}. Format should be "*" or begin with one of the following formats: https://, http://, or any other scheme followed by ://`,
      );
    }
  }
  if (AllowCredentials === true && AllowOrigins.includes("*")) {
    throw badRequest("If AllowCredentials is true, AllowOrigins cannot be *");
  }
  for (const method of AllowMethods) {
    if (!methods.has(method)) throw badRequest(`Invalid method ${method} in AllowMethods`);
  }
  if (MaxAge !== undefined && (MaxAge < -1 || MaxAge > 86_400)) {
    throw badRequest("MaxAge must be between -1 and 86400");
  }
}
