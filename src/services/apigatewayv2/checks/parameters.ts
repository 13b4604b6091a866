// Parameter mappings of HTTP APIs: which requests and responses may be changed
// how (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html).

import { badRequest } from "../model.ts";
import type { IntegrationState } from "../records/parts.ts";

const requestKey = /^(append|overwrite|remove):(header|querystring)\.[^\s]+$|^overwrite:path$/;
const responseKey = /^(append|overwrite|remove):header\.[^\s]+$|^overwrite:statuscode$/;

/** Headers that belong to API Gateway or to the connection. */
const reservedHeaders =
  /^(access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|x-forwarded-.*|via|host)$/i;

export function checkParameterMapping(integration: IntegrationState): void {
  const { RequestParameters = {}, ResponseParameters = {}, IntegrationSubtype } = integration;
  // Those of a service integration are the service's own parameters.
  if (IntegrationSubtype === undefined) {
    for (const key of Object.keys(RequestParameters)) checkKey(key, requestKey, "request");
  }
  for (const [status, mapping] of Object.entries(ResponseParameters)) {
    if (!/^[2-5]\d\d$/.test(status)) {
      throw badRequest(`Invalid status code specified in response parameters: ${status}`);
    }
    for (const key of Object.keys(mapping)) checkKey(key, responseKey, "response");
  }
}

function checkKey(key: string, pattern: RegExp, kind: "request" | "response"): void {
  if (!pattern.test(key)) {
    throw badRequest(`Invalid mapping expression specified: ${kind} parameter ${key}`);
  }
  const [, header] = /^\w+:header\.(.+)$/.exec(key) ?? [];
  if (header !== undefined && reservedHeaders.test(header)) {
    throw badRequest(`Operations on header ${header} are restricted`);
  }
}
