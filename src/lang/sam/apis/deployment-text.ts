// What AWS hashes for the id of an API's deployment: its document as Python prints it.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { attribute, type Declared, defined, type Expansion } from "../expansion.ts";
import { anyMethod, type Document } from "./open-api.ts";
import { copiedOrder, pythonText } from "./python-text.ts";

/** SAM's own words in the documents that it makes; all others come from the template. */
const own = new Set([
  ..."info version 1.0 title Ref AWS::StackName AWS::NoValue paths swagger 2.0 openapi components".split(" "),
  ..."securityDefinitions securitySchemes schemas definitions security api_key AWS_IAM NONE Fn::Sub Fn::If Fn::GetAtt".split(
    " ",
  ),
  ..."x-amazon-apigateway-integration httpMethod POST type aws_proxy aws uri responses credentials mock".split(
    " ",
  ),
  ..."requestTemplates application/json default statusCode 200 400 responseTemplates responseParameters".split(
    " ",
  ),
  ..."summary consumes produces headers description schema string integer options in header name apiKey".split(
    " ",
  ),
  ..."Authorization Unused x-api-key x-amazon-apigateway-authtype awsSigv4 cognito_user_pools custom".split(
    " ",
  ),
  ..."x-amazon-apigateway-authorizer providerARNs authorizerUri authorizerCredentials token request".split(
    " ",
  ),
  ..."authorizerResultTtlInSeconds identityValidationExpression identitySource __FunctionArn__".split(" "),
  ..."parameters requestBody content required $ref body path query x-amazon-apigateway-request-validator".split(
    " ",
  ),
  ..."x-amazon-apigateway-request-validators validateRequestBody validateRequestParameters".split(" "),
  ..."body-and-params body-only params-only timeoutInMillis responseTransferMode cacheKeyParameters".split(
    " ",
  ),
  ..."x-amazon-apigateway-binary-media-types x-amazon-apigateway-gateway-responses".split(" "),
  ..."x-amazon-apigateway-policy Version 2012-10-17 Statement Action execute-api:Invoke Resource Effect".split(
    " ",
  ),
  ..."Allow Deny Principal Condition * AWS IpAddress NotIpAddress StringEquals StringNotEquals".split(" "),
  ..."aws:SourceIp aws:SourceVpc aws:SourceVpce __Stage__ arn:aws:iam::*:user/*".split(" "),
  ..."x-amazon-apigateway-endpoint-configuration disableExecuteApiEndpoint servers".split(" "),
  ...["Allow-Credentials", "Allow-Headers", "Allow-Methods", "Allow-Origin", "Max-Age"].flatMap((name) => [
    `Access-Control-${name}`,
    `method.response.header.Access-Control-${name}`,
  ]),
  anyMethod,
  "CORS support",
  "Default response for CORS method",
  '{\n  "statusCode" : 200\n}\n',
  "{}\n",
  "'true'",
  "OK",
  "Bad Request",
]);

/** Texts that SAM makes of names, and that are its own all the same. */
const made =
  /^#\/|\/functions\/\$\{\w+\}\/invocations$|states:action\/StartExecution$|PathCondition$|^\{"input": "\$util\./;

export function deploymentText(
  expansion: Expansion,
  declared: Declared,
  document: Document | undefined,
  place: Fields | undefined,
): string {
  const { properties } = declared;
  if (document === undefined) return pythonText(place ?? null, (text) => text in (place ?? {}));
  const given = isFields(properties.DefinitionBody) ? properties.DefinitionBody : undefined;
  const policy = document["x-amazon-apigateway-policy"];
  const statements = isFields(policy) && Array.isArray(policy.Statement) ? policy.Statement.length : 0;
  const firstCustom = statements - customStatements(properties);
  const iamByEvent = expansion.routes.some(
    ({ api, event }) => api === declared.id && isFields(event.Auth) && event.Auth.Authorizer === "AWS_IAM",
  );
  const cors = isFields(properties.Cors) ? properties.Cors : {};
  const isOwn = (text: string, path: readonly string[]): boolean => {
    const [section, name, method] = path;
    if (given !== undefined && isGiven(given, path)) return false;
    if (section === "definitions" && path.length > 1) return false;
    if (section === "components" && name === "schemas" && path.length > 2) return false;
    if (section === "paths" && path.length === 2) return false;
    if (text === "Fn::If" && section === "paths") return true;
    if (text === "AWS_IAM" && /^(securityDefinitions|components)$/.test(section ?? "")) return iamByEvent;
    if (intrinsics.has(text) && path.at(-1) === text) return isOwnFunction(path, valueAt(document, path));
    if (made.test(text) || (path.includes("credentials") && path.includes("Fn::GetAtt"))) return true;
    // A status is a number that SAM writes as a text.
    if (section === "x-amazon-apigateway-gateway-responses" && path.at(-1) === "statusCode") return true;
    if (path.includes("parameters") && path.at(-1) === "in" && text !== "in")
      return text === "query" || text === "body";
    // Authorizers are called by the names that the template gives them, IAM included.
    if (section === "paths" && path.includes("security")) return text === "security" || text === "api_key";
    if (section === "x-amazon-apigateway-policy" && Number(method) >= firstCustom) return false;
    if (section === "paths" && path.length === 3 && method !== "options" && method !== anyMethod)
      return false;
    if (path.at(-1)?.endsWith("Access-Control-Allow-Methods") === true && text.startsWith("'"))
      return cors.AllowMethods === undefined;
    return own.has(text);
  };
  const texts = [pythonText(document, isOwn)];
  if (isFields(properties.Domain)) texts.push(domainText(expansion, declared, properties.Domain));
  if (properties.OpenApiVersion !== undefined) texts.push(String(properties.OpenApiVersion));
  return texts.join("||");
}

/** The settings with the domain's logical id, as JSON in the order of Python's dictionaries. */
function domainText(expansion: Expansion, { id }: Declared, domain: Fields): string {
  const ApiDomainName = expansion.names.get(`${id}.DomainName`) ?? null;
  const EndpointConfiguration = domain.EndpointConfiguration ?? "REGIONAL";
  const given = domain.Route53;
  const DistributionDomainName =
    EndpointConfiguration === "EDGE" ? attribute(String(ApiDomainName), "DistributionDomainName") : undefined;
  const Route53 = isFields(given) ? { ...given, ...defined({ DistributionDomainName }) } : undefined;
  return json({ ...domain, ...defined({ Route53 }), ApiDomainName, EndpointConfiguration });
}

function json(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(json).join(", ")}]`;
  if (!isFields(value)) return JSON.stringify(value);
  const members = copiedOrder(Object.keys(value)).map(
    (name) => `${JSON.stringify(name)}: ${json(value[name] ?? null)}`,
  );
  return `{${members.join(", ")}}`;
}

function customStatements({ Auth }: Fields): number {
  const policy = isFields(Auth) ? Auth.ResourcePolicy : undefined;
  const custom = isFields(policy) ? policy.CustomStatements : undefined;
  return Array.isArray(custom) ? custom.length : custom === undefined ? 0 : 1;
}

const intrinsics = new Set(["Ref", "Fn::GetAtt", "Fn::Sub", "Fn::If", "Fn::Join", "Fn::ImportValue"]);

/** SAM's own functions are few: what is absent, what is called, by whom. */
function isOwnFunction(path: readonly string[], value: Value | undefined): boolean {
  const name = path.at(-1);
  if (name === "Ref") return value === "AWS::NoValue" || path[0] === "info";
  if (name === "Fn::GetAtt") return path.includes("credentials");
  if (name !== "Fn::Sub") return false;
  const places = ["uri", "authorizerUri", "requestTemplates", "x-amazon-apigateway-policy"];
  return places.some((each) => path.includes(each));
}

function isGiven(given: Fields, path: readonly string[]): boolean {
  return valueAt(given, path) !== undefined;
}

function valueAt(document: Fields, path: readonly string[]): Value | undefined {
  let value: Value | undefined = document;
  for (const name of path) {
    if (Array.isArray(value)) value = value[Number(name)];
    else if (isFields(value)) value = value[name];
    else return undefined;
  }
  return value;
}
