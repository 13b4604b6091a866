// What policies call the operations: API Gateway's actions are the methods of
// HTTP, and the path says what is done (`apigateway:PATCH` on
// `/restapis/abc/stages/prod`).

import type { Place } from "../../core/place.ts";
import type { Apigateway } from "../../model/generated/apigateway.d.ts";

type Operation = keyof Apigateway["operations"];

const verbs: readonly (readonly [RegExp, string])[] = [
  [/^(?:Get)/, "GET"],
  [/^(?:Create|Generate|ImportRestApi|ImportApiKeys|TestInvoke|Reject)/, "POST"],
  [/^(?:Put|ImportDocumentationParts|TagResource)/, "PUT"],
  [/^Update/, "PATCH"],
  [/^(?:Delete|Flush|Untag)/, "DELETE"],
];

export function actionsOf(operations: readonly string[]): Partial<Record<Operation, string>> {
  return Object.fromEntries(
    operations.map((operation) => [operation, verbs.find(([names]) => names.test(operation))?.[1] ?? "POST"]),
  );
}

/** Members of inputs and the collections that they choose from, outermost first. */
const collections = [
  ["restApiId", "restapis"],
  ["stageName", "stages"],
  ["deploymentId", "deployments"],
  ["resourceId", "resources"],
  ["httpMethod", "methods"],
  ["authorizerId", "authorizers"],
  ["modelName", "models"],
  ["requestValidatorId", "requestvalidators"],
  ["responseType", "gatewayresponses"],
  ["documentationPartId", "documentation/parts"],
  ["documentationVersion", "documentation/versions"],
  ["domainName", "domainnames"],
  ["basePath", "basepathmappings"],
  ["usagePlanId", "usageplans"],
  ["apiKey", "apikeys"],
  ["keyId", "keys"],
  ["clientCertificateId", "clientcertificates"],
  ["vpcLinkId", "vpclinks"],
] as const;

/** The ARN of what an input is about; undefined where it is about no one thing. */
export function namedArn(input: Readonly<Record<string, unknown>>, { region }: Place): string | undefined {
  if (typeof input.resourceArn === "string") return input.resourceArn;
  const path = collections.flatMap(([member, collection]) => {
    const value = input[member];
    return typeof value === "string" ? [collection, value] : [];
  });
  return path.length === 0 ? undefined : `arn:aws:apigateway:${region}::/${path.join("/")}`;
}
