// Who may call a REST API: authorizers, API keys, IAM, and the resource policy.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { permission } from "../events/event.ts";
import { add, type Declared, defined, type Expansion, ref, sub } from "../expansion.ts";
import { refuse } from "../refusal.ts";
import { anyMethod, type Document, type Paths } from "./open-api.ts";
import type { Route } from "./route.ts";

export interface RestAuth {
  readonly schemes: Record<string, Value>;
  ofRoute(route: Route): { readonly security?: Value; readonly credentials?: Value };
  /** What each method without a word of its own is secured by. */
  readonly otherwise: Value | undefined;
  readonly preflight: Value | undefined;
}

const iam = {
  type: "apiKey",
  name: "Authorization",
  in: "header",
  "x-amazon-apigateway-authtype": "awsSigv4",
};
/** The same, in the order that AWS writes it in where only a method asks for it. */
const iamOfEvent = {
  "x-amazon-apigateway-authtype": "awsSigv4",
  type: "apiKey",
  name: "Authorization",
  in: "header",
};
const apiKey = { type: "apiKey", name: "x-api-key", in: "header" };
const caller = "arn:aws:iam::*:user/*";

const fieldsOf = (value: Value | undefined): Fields => (isFields(value) ? value : {});

export function restAuth(expansion: Expansion, declared: Declared): RestAuth {
  const auth = fieldsOf(declared.properties.Auth);
  const authorizers = fieldsOf(auth.Authorizers);
  const schemes: Record<string, Value> = {};
  for (const [name, authorizer] of Object.entries(authorizers)) {
    if (!isFields(authorizer)) refuse(`Authorizer ${name} must be a dictionary.`);
    schemes[name] = schemeOf(expansion, fieldsOf(authorizer));
  }
  const byDefault = auth.DefaultAuthorizer;
  const keyed = auth.ApiKeyRequired === true;
  if (typeof byDefault === "string" && byDefault !== "AWS_IAM" && schemes[byDefault] === undefined)
    refuse(`Unable to set DefaultAuthorizer because '${byDefault}' was not defined in 'Authorizers'.`);
  const needs = (authorizer: Value | undefined, key: boolean, scopes: Value = []): Value | undefined => {
    const requirements: Fields[] = [];
    if (typeof authorizer === "string" && authorizer !== "NONE") requirements.push({ [authorizer]: scopes });
    if (authorizer === "AWS_IAM") schemes.AWS_IAM ??= byDefault === "AWS_IAM" ? iam : iamOfEvent;
    if (key) {
      requirements.push({ api_key: [] });
      schemes.api_key = apiKey;
    }
    return requirements.length === 0 ? undefined : requirements;
  };
  const otherwise = needs(byDefault, keyed);
  return {
    schemes,
    otherwise,
    preflight: needs(
      auth.AddDefaultAuthorizerToCorsPreflight === false ? undefined : byDefault,
      keyed && auth.AddApiKeyRequiredToCorsPreflight !== false,
    ),
    ofRoute({ event, method, path }) {
      const own = fieldsOf(event.Auth);
      const authorizer = own.Authorizer ?? byDefault;
      if (
        typeof own.Authorizer === "string" &&
        !["NONE", "AWS_IAM"].includes(own.Authorizer) &&
        authorizers[own.Authorizer] === undefined
      )
        refuse(
          `Unable to set Authorizer [${own.Authorizer}] on API method [${method}] for path [${path}] because it wasn't defined in the API's Authorizers.`,
        );
      const key = own.ApiKeyRequired === undefined ? keyed : own.ApiKeyRequired === true;
      // A method that needs no key where the others do says so by an empty list.
      const nothing = keyed && !key ? [] : [{ NONE: [] }];
      const security = needs(authorizer, key, own.AuthorizationScopes ?? []) ?? nothing;
      const unsecured = own.Authorizer === undefined && !keyed && !key && byDefault === undefined;
      const role = own.InvokeRole ?? auth.InvokeRole ?? "CALLER_CREDENTIALS";
      const credentials =
        authorizer !== "AWS_IAM" || role === "NONE"
          ? undefined
          : role === "CALLER_CREDENTIALS"
            ? caller
            : role;
      return defined({ security: unsecured ? undefined : security, credentials });
    },
  };
}

function schemeOf({ partition }: Expansion, authorizer: Fields): Fields {
  const { UserPoolArn, FunctionArn, FunctionPayloadType = "TOKEN", FunctionInvokeRole } = authorizer;
  const identity = fieldsOf(authorizer.Identity);
  const base = { type: "apiKey", in: "header" };
  if (UserPoolArn !== undefined)
    return {
      ...base,
      name: identity.Header ?? "Authorization",
      "x-amazon-apigateway-authtype": "cognito_user_pools",
      "x-amazon-apigateway-authorizer": defined({
        type: "cognito_user_pools",
        providerARNs: Array.isArray(UserPoolArn) ? UserPoolArn : [UserPoolArn],
        identityValidationExpression: identity.ValidationExpression,
        authorizerResultTtlInSeconds: identity.ReauthorizeEvery,
      }),
    };
  if (FunctionArn === undefined) refuse("Authorizer must have a UserPoolArn or a FunctionArn.");
  const uri = sub(
    `arn:${partition}:apigateway:$\{AWS::Region}:lambda:path/2015-03-31/functions/$\{__FunctionArn__}/invocations`,
    { __FunctionArn__: FunctionArn },
  );
  const request = FunctionPayloadType === "REQUEST";
  return {
    ...base,
    name: request ? "Unused" : (identity.Header ?? "Authorization"),
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": defined({
      type: request ? "request" : "token",
      authorizerUri: uri,
      authorizerCredentials: FunctionInvokeRole === "NONE" ? undefined : FunctionInvokeRole,
      authorizerResultTtlInSeconds: identity.ReauthorizeEvery,
      identityValidationExpression: request ? undefined : identity.ValidationExpression,
      identitySource: request ? identitySource(identity) : undefined,
    }),
  };
}

function identitySource(identity: Fields): string | undefined {
  const kinds: readonly (readonly [string, string])[] = [
    ["Headers", "method.request.header."],
    ["QueryStrings", "method.request.querystring."],
    ["StageVariables", "stageVariables."],
    ["Context", "context."],
  ];
  const sources = kinds.flatMap(([kind, before]) => {
    const given = identity[kind];
    return Array.isArray(given) ? given.map((each) => `${before}${String(each)}`) : [];
  });
  return sources.length === 0 ? undefined : sources.join(", ");
}

/** Methods of a given document are secured like those of events. */
export function secured(paths: Paths, auth: RestAuth): void {
  if (auth.otherwise === undefined) return;
  for (const methods of Object.values(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (!isFields(operation) || operation["Fn::If"] !== undefined) continue;
      const integration = operation["x-amazon-apigateway-integration"];
      if (!isFields(integration) || Object.keys(integration).length === 0) continue;
      if (method !== "options" && operation.security === undefined)
        methods[method] = { ...operation, security: auth.otherwise };
    }
  }
}

export function addAuthorizers(
  expansion: Expansion,
  { id, properties, resource }: Declared,
  document: Document,
  auth: RestAuth,
  third: boolean,
): void {
  if (Object.keys(auth.schemes).length > 0) {
    if (third) {
      const components = fieldsOf(document.components);
      document.components = {
        ...components,
        securitySchemes: { ...fieldsOf(components.securitySchemes), ...auth.schemes },
      };
    } else document.securityDefinitions = { ...fieldsOf(document.securityDefinitions), ...auth.schemes };
  }
  for (const [name, authorizer] of Object.entries(fieldsOf(fieldsOf(properties.Auth).Authorizers))) {
    const { FunctionArn, DisableFunctionDefaultPermissions } = fieldsOf(authorizer);
    if (FunctionArn === undefined || DisableFunctionDefaultPermissions === true) continue;
    const source = sub(
      `arn:${expansion.partition}:execute-api:$\{AWS::Region}:$\{AWS::AccountId}:$\{__ApiId__}/authorizers/*`,
      { __ApiId__: ref(id) },
    );
    add(
      expansion,
      `${id}${name}AuthorizerPermission`,
      { ...permission({}, "apigateway.amazonaws.com", { SourceArn: source, FunctionName: FunctionArn }) },
      resource.Condition,
    );
  }
}

const addresses = [
  ["IpRangeWhitelist", "NotIpAddress"],
  ["IpRangeBlacklist", "IpAddress"],
] as const;

const networks = [
  ["Blacklist", "StringEquals"],
  ["Whitelist", "StringNotEquals"],
] as const;

export function withPolicy(document: Document, paths: Paths, api: Fields, stage: Value | undefined): void {
  const policy = fieldsOf(api.Auth).ResourcePolicy;
  if (!isFields(policy)) return;
  const Resource = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) =>
      sub(
        `execute-api:/$\{__Stage__}/${method === anyMethod ? "*" : method.toUpperCase()}${path.replace(/\{[^}]*\}/g, "*")}`,
        { __Stage__: stage ?? null },
      ),
    ),
  );
  const statement = (Effect: string, Condition?: Fields, Principal: Value = "*"): Fields =>
    defined({ Action: "execute-api:Invoke", Resource, Effect, Condition, Principal });
  const listed = (name: string): readonly Value[] => {
    const given = policy[name];
    return Array.isArray(given) ? given : [];
  };
  const statements: Value[] = [];
  for (const [name, effect] of [
    ["AwsAccountWhitelist", "Allow"],
    ["AwsAccountBlacklist", "Deny"],
  ] as const) {
    if (listed(name).length > 0) statements.push(statement(effect, undefined, { AWS: listed(name) }));
  }
  const denials: Fields[] = [];
  for (const [name, operator] of addresses) {
    if (listed(name).length > 0)
      denials.push(statement("Deny", { [operator]: { "aws:SourceIp": listed(name) } }));
  }
  const isEndpoint = (each: Value): boolean => typeof each === "string" && each.startsWith("vpce-");
  for (const [kind, operator] of networks) {
    const given = listed(`SourceVpc${kind}`);
    const plain = [...given.filter((each) => !isEndpoint(each)), ...listed(`IntrinsicVpc${kind}`)];
    const endpoints = [...given.filter(isEndpoint), ...listed(`IntrinsicVpce${kind}`)];
    const condition = defined({
      "aws:SourceVpc": plain.length > 0 ? plain : undefined,
      "aws:SourceVpce": endpoints.length > 0 ? endpoints : undefined,
    });
    if (Object.keys(condition).length > 0) denials.push(statement("Deny", { [operator]: condition }));
  }
  if (denials.length > 0) statements.push(statement("Allow"), ...denials);
  const custom = policy.CustomStatements;
  if (custom !== undefined) statements.push(...(Array.isArray(custom) ? custom : [custom]));
  const [only = null, ...others] = statements;
  const accounts = denials.length === 0 && custom === undefined && others.length === 0;
  document["x-amazon-apigateway-policy"] = {
    Version: "2012-10-17",
    Statement: accounts ? only : statements,
  };
}
