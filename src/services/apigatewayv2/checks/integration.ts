// What makes an integration a possible one, by the protocol of its API
// (docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html).

import { badRequest } from "../model.ts";
import type { ApiState } from "../records/api.ts";
import type { IntegrationState } from "../records/parts.ts";
import { checkParameterMapping } from "./parameters.ts";

/** Each with the request parameters that it cannot do without. */
export const serviceIntegrations: Readonly<Record<string, readonly string[]>> = {
  "EventBridge-PutEvents": ["Detail", "DetailType", "Source"],
  "SQS-SendMessage": ["QueueUrl", "MessageBody"],
  "SQS-ReceiveMessage": ["QueueUrl"],
  "SQS-DeleteMessage": ["ReceiptHandle", "QueueUrl"],
  "SQS-PurgeQueue": ["QueueUrl"],
  "AppConfig-GetConfiguration": ["Application", "Environment", "Configuration", "ClientId"],
  "Kinesis-PutRecord": ["StreamName", "Data", "PartitionKey"],
  "StepFunctions-StartExecution": ["StateMachineArn"],
  "StepFunctions-StartSyncExecution": ["StateMachineArn"],
  "StepFunctions-StopExecution": ["ExecutionArn"],
};

const httpMethods = new Set(["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);

export function checkIntegration(api: ApiState, integration: IntegrationState): void {
  const { ConnectionType, ConnectionId, IntegrationMethod, TimeoutInMillis = 0 } = integration;
  if (ConnectionType === "VPC_LINK" && ConnectionId === undefined) {
    throw badRequest("ConnectionId is required when ConnectionType is VPC_LINK");
  }
  if (IntegrationMethod !== undefined && !httpMethods.has(IntegrationMethod)) {
    throw badRequest(`Invalid HTTP method specified: ${IntegrationMethod}`);
  }
  if (api.ProtocolType === "WEBSOCKET" && TimeoutInMillis > 29_000) {
    throw badRequest("Timeout should be between 50 ms and 29000 ms");
  }
  if (api.ProtocolType === "HTTP") checkHttp(integration);
  else checkTwoWay(integration);
}

function checkHttp(integration: IntegrationState): void {
  const { IntegrationType, IntegrationSubtype, IntegrationUri, PayloadFormatVersion } = integration;
  if (IntegrationType !== "AWS_PROXY" && IntegrationType !== "HTTP_PROXY") {
    throw badRequest(`Integration type ${IntegrationType} is not supported for protocol type HTTP`);
  }
  for (const name of ["RequestTemplates", "TemplateSelectionExpression", "PassthroughBehavior"] as const) {
    if (integration[name] !== undefined) throw badRequest(`${name} is not supported for protocol type HTTP`);
  }
  if (PayloadFormatVersion === undefined) {
    throw badRequest("PayloadFormatVersion is a required parameter for integration");
  }
  if (PayloadFormatVersion !== "1.0" && PayloadFormatVersion !== "2.0") {
    throw badRequest("PayloadFormatVersion provided is invalid. Valid values are: 1.0, 2.0");
  }
  if (IntegrationType === "HTTP_PROXY") checkHttpProxy(integration);
  else if (IntegrationSubtype !== undefined) checkServiceIntegration(integration, IntegrationSubtype);
  else if (IntegrationUri === undefined) throw badRequest("Integration Uri is a required parameter");
  else if (!IntegrationUri.startsWith("arn:")) {
    throw badRequest(
      "The integration uri should be a valid Lambda function ARN or a valid service ARN for integration type AWS_PROXY",
    );
  }
  checkParameterMapping(integration);
}

function checkHttpProxy(integration: IntegrationState): void {
  const { ConnectionType, IntegrationMethod, IntegrationUri, PayloadFormatVersion } = integration;
  if (PayloadFormatVersion !== "1.0") {
    throw badRequest("PayloadFormatVersion provided is invalid. HTTP_PROXY integrations support only 1.0");
  }
  if (IntegrationMethod === undefined) {
    throw badRequest("HttpMethod is required for integration type HTTP_PROXY");
  }
  if (IntegrationUri === undefined) throw badRequest("Integration Uri is a required parameter");
  const valid = ConnectionType === "VPC_LINK" ? /^arn:/ : /^https?:\/\/[^/]/;
  if (!valid.test(IntegrationUri)) throw badRequest("Invalid HTTP endpoint specified for URI");
}

function checkServiceIntegration(integration: IntegrationState, subtype: string): void {
  const required = serviceIntegrations[subtype];
  if (required === undefined) throw badRequest(`Invalid IntegrationSubtype specified: ${subtype}`);
  if (integration.CredentialsArn === undefined) {
    throw badRequest("CredentialsArn is a required parameter for service integrations");
  }
  if (integration.PayloadFormatVersion !== "1.0") {
    throw badRequest("PayloadFormatVersion provided is invalid. Service integrations support only 1.0");
  }
  const given = integration.RequestParameters ?? {};
  const missing = required.filter((name) => given[name] === undefined);
  if (missing.length > 0) {
    throw badRequest(`Required request parameters are missing for ${subtype}: [${missing.join(", ")}]`);
  }
}

function checkTwoWay({ IntegrationType, IntegrationUri, IntegrationMethod }: IntegrationState): void {
  if (IntegrationType === "MOCK") return;
  if (IntegrationUri === undefined) throw badRequest("Integration Uri is a required parameter");
  if (IntegrationType === "AWS" || IntegrationType === "AWS_PROXY") {
    if (!IntegrationUri.startsWith("arn:")) throw badRequest("Invalid ARN specified in the request");
    return;
  }
  if (!/^https?:\/\/[^/]/.test(IntegrationUri)) throw badRequest("Invalid HTTP endpoint specified for URI");
  if (IntegrationMethod === undefined) {
    throw badRequest(`HttpMethod is required for integration type ${IntegrationType}`);
  }
}
