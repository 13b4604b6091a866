// What an integration must be, and what it is where nothing is said.

import type { Integration } from "../../../model/generated/apigateway.d.ts";
import { badRequest } from "../model.ts";

const defaultTimeout = 29_000;
const passthroughBehaviors = ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"];
const types = ["HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY"];
const templateLimit = 307_200;

export function completeIntegration(given: Integration, resourceId: string): Integration {
  const reachesOut = given.type === "HTTP" || given.type === "HTTP_PROXY";
  return {
    ...given,
    ...(reachesOut && given.connectionType === undefined ? { connectionType: "INTERNET" } : {}),
    passthroughBehavior: given.passthroughBehavior?.toUpperCase() ?? "WHEN_NO_MATCH",
    timeoutInMillis: given.timeoutInMillis ?? defaultTimeout,
    cacheNamespace: given.cacheNamespace ?? resourceId,
    cacheKeyParameters: given.cacheKeyParameters ?? [],
    responseTransferMode: given.responseTransferMode ?? "BUFFERED",
  };
}

export function checkIntegration(integration: Integration): void {
  const { type, httpMethod, timeoutInMillis, credentials, passthroughBehavior } = integration;
  if (type === undefined || !types.includes(type)) throw badRequest("Invalid integration type specified");
  if (type !== "MOCK") {
    if (!httpMethod) throw badRequest("Enumeration value for HttpMethod must be non-empty");
    checkUri(integration);
  }
  const maximum = integration.responseTransferMode === "STREAM" ? 900_000 : defaultTimeout;
  if (timeoutInMillis !== undefined && (timeoutInMillis < 50 || timeoutInMillis > maximum)) {
    throw badRequest(`Timeout should be between 50 ms and ${maximum} ms`);
  }
  if (credentials !== undefined && !credentials.startsWith("arn:") && !credentials.includes("${")) {
    throw badRequest("Invalid ARN specified in the request");
  }
  if (passthroughBehavior !== undefined && !passthroughBehaviors.includes(passthroughBehavior)) {
    throw badRequest(
      `Invalid enum value ${passthroughBehavior} specified. Must be one of: [${passthroughBehaviors.join(", ")}]`,
    );
  }
  if (integration.connectionType === "VPC_LINK" && !integration.connectionId) {
    throw badRequest("Connection ID is required for VPC_LINK connections");
  }
  if (integration.responseTransferMode === "STREAM" && !type?.endsWith("_PROXY")) {
    throw badRequest("Response transfer mode STREAM is only supported for proxy integrations");
  }
  for (const template of Object.values(integration.requestTemplates ?? {})) {
    if (template.length > templateLimit) throw badRequest("Mapping template is too large");
  }
}

const serviceArn = /^arn:aws[\w-]*:apigateway:[^:]*:[^:]+:(?:path|action)\/./;

function checkUri({ type, uri }: Integration): void {
  if (type === "HTTP" || type === "HTTP_PROXY") {
    if (!uri || !(/^https?:\/\/[^/]+/.test(uri) || uri.includes("${stageVariables."))) {
      throw badRequest("Invalid HTTP endpoint specified for URI");
    }
    return;
  }
  if (!uri || !serviceArn.test(uri)) throw badRequest("Invalid ARN specified in the request");
  if (type === "AWS_PROXY" && !/:(?:[^:]*\.)?(?:lambda|firehose):(?:path|action)\//.test(uri)) {
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    );
  }
}
