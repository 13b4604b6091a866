// An integration as the extension that describes it; what is the default is
// left out.

import type { Integration } from "../../../model/generated/apigateway.d.ts";
import { defined, type Json } from "./document.ts";

export function exportedIntegration(integration: Integration, resourceId: string): Json {
  const { timeoutInMillis, cacheNamespace, cacheKeyParameters = [], connectionType } = integration;
  const responses = Object.values(integration.integrationResponses ?? {});
  return defined({
    type: integration.type?.toLowerCase(),
    httpMethod: integration.httpMethod,
    uri: integration.uri,
    credentials: integration.credentials,
    connectionType: connectionType === "VPC_LINK" ? connectionType : undefined,
    connectionId: integration.connectionId,
    responses:
      responses.length === 0
        ? undefined
        : Object.fromEntries(
            responses.map(
              ({ selectionPattern, statusCode, responseParameters, responseTemplates, contentHandling }) => [
                selectionPattern || "default",
                defined({ statusCode, responseParameters, responseTemplates, contentHandling }),
              ],
            ),
          ),
    requestParameters: integration.requestParameters,
    requestTemplates: integration.requestTemplates,
    passthroughBehavior: integration.passthroughBehavior?.toLowerCase(),
    contentHandling: integration.contentHandling,
    timeoutInMillis: timeoutInMillis === 29_000 ? undefined : timeoutInMillis,
    cacheNamespace: cacheNamespace === resourceId ? undefined : cacheNamespace,
    cacheKeyParameters: cacheKeyParameters.length === 0 ? undefined : cacheKeyParameters,
    tlsConfig: integration.tlsConfig,
    responseTransferMode:
      integration.responseTransferMode === "STREAM" ? integration.responseTransferMode : undefined,
    integrationTarget: integration.integrationTarget,
  });
}
