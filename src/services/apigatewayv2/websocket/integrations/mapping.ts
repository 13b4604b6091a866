// Templates and parameter mappings of the integrations that are no proxies: what
// goes to the integration, and what comes back of its answer.
// (docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html)

import { type Body, BodyError, bytesBody, pathIn, textBody } from "../../../../gateway/mapping/body.ts";
import { type Templates, templatesOf } from "../../../../gateway/mapping/templates.ts";
import { inputVariable, memberVariable, util } from "../../../../gateway/mapping/variables.ts";
import { VtlError } from "../../../../lang/vtl/error.ts";
import { textOf, type Value, type ValueMap } from "../../../../lang/vtl/value.ts";
import type { IntegrationResponseState, IntegrationState } from "../../records/parts.ts";
import { type Exchange, requestContext } from "../exchange.ts";
import { Failure, internalError } from "../failure.ts";
import { compileSelection, partsOf } from "../selection.ts";
import { valueAt } from "../value-at.ts";
import type { IntegrationAnswer } from "./answer.ts";

export interface MappedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly path: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function mappedRequest(exchange: Exchange, integration: IntegrationState): MappedRequest {
  const { happening } = exchange;
  const text = happening.type === "MESSAGE" ? happening.body : "";
  const body = textBody(text);
  const places = { header: [], querystring: [], path: [] } as Record<string, [string, string][]>;
  for (const [target, source] of Object.entries(integration.RequestParameters ?? {})) {
    const [, place = "", name = ""] =
      /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(target) ?? [];
    const value = guarded(() => parameter(exchange, body, source));
    if (value !== undefined) places[place]?.push([name, value]);
  }
  return {
    headers: Object.fromEntries(places.header!),
    query: places.querystring!,
    path: Object.fromEntries(places.path!),
    body: requestBody(exchange, integration, body),
  };
}

function requestBody(exchange: Exchange, integration: IntegrationState, body: Body): Buffer {
  const { RequestTemplates, PassthroughBehavior, TemplateSelectionExpression } = integration;
  const templates = templatesFor(integration, RequestTemplates);
  const key = selectedKey(exchange, TemplateSelectionExpression, body.text());
  const template = templates.for(key.toLowerCase()) ?? templates.for("$default");
  if (template !== undefined) {
    const lent = variables(exchange, body);
    return Buffer.from(guarded(() => template.run(lent)));
  }
  if (PassthroughBehavior === "NEVER" || (PassthroughBehavior === "WHEN_NO_TEMPLATES" && !templates.none)) {
    throw new Failure(415, "Unsupported Media Type");
  }
  return Buffer.from(
    body.text(),
    integration.ContentHandlingStrategy === "CONVERT_TO_BINARY" ? "base64" : "utf8",
  );
}

/** What the client is sent of an answer. */
export function responseBody(
  exchange: Exchange,
  response: IntegrationResponseState,
  answer: IntegrationAnswer,
): Buffer {
  const { ResponseTemplates, TemplateSelectionExpression, ContentHandlingStrategy } = response;
  const templates = templatesFor(response, ResponseTemplates);
  const body = bytesBody(answer.body);
  const key = selectedKey(exchange, TemplateSelectionExpression, body.text());
  const template = templates.for(key.toLowerCase()) ?? templates.for("$default");
  if (template !== undefined) {
    const lent = variables(exchange, body);
    return Buffer.from(guarded(() => template.run(lent)));
  }
  if (ContentHandlingStrategy === "CONVERT_TO_TEXT") return Buffer.from(answer.body.toString("base64"));
  if (ContentHandlingStrategy === "CONVERT_TO_BINARY") return Buffer.from(body.text(), "base64");
  return answer.body;
}

/** The status that a mock's template names. */
export function mockStatus({ body }: MappedRequest): number {
  const [, status] = /["']?statusCode["']?\s*:\s*["']?(\d{3})\b/.exec(body.toString()) ?? [];
  if (status === undefined) throw internalError();
  return Number(status);
}

const compiled = new WeakMap<object, Templates>();

function templatesFor(owner: object, given: Readonly<Record<string, string>> | undefined): Templates {
  let templates = compiled.get(owner);
  if (templates === undefined) {
    templates = templatesOf(given);
    compiled.set(owner, templates);
  }
  return templates;
}

function selectedKey(exchange: Exchange, expression: string | undefined, body: string): string {
  if (expression === undefined) return "$default";
  const context = requestContext(exchange);
  const selected = compileSelection(expression)({
    body: partsOf(body),
    variable: (name) => found(valueAt({ context, stageVariables: stageVariables(exchange) }, name)),
  });
  return selected ?? "$default";
}

function parameter(exchange: Exchange, body: Body, source: string): string | undefined {
  const fixed = /^'(.*)'$/s.exec(source)?.[1];
  if (fixed !== undefined) return fixed;
  const [, part = "", name = ""] =
    /^route\.request\.(header|querystring|body)(?:\.(.+))?$/.exec(source) ?? [];
  if (part === "body") return name === "" ? body.text() : found(pathIn(body, jsonPath(name)));
  if (part !== "") return clientParameter(exchange, part, name);
  return found(
    valueAt({ context: requestContext(exchange), stageVariables: stageVariables(exchange) }, source),
  );
}

function jsonPath(text: string): string {
  return text.startsWith("$") ? text : `$.${text}`;
}

function clientParameter({ happening }: Exchange, place: string, name: string): string | undefined {
  if (happening.type !== "CONNECT") return undefined;
  if (place === "header") return happening.request.headers[name.toLowerCase()];
  return new URLSearchParams(happening.request.query).get(name) ?? undefined;
}

const stageVariables = ({ served }: Exchange): Readonly<Record<string, string>> =>
  served.stage.StageVariables;

function variables(exchange: Exchange, body: Body): Readonly<Record<string, Value>> {
  return {
    input: inputVariable(body, (name) =>
      name === undefined ? allParameters(exchange) : oneParameter(exchange, name),
    ),
    context: memberVariable("context", requestContext(exchange) as ValueMap),
    stageVariables: memberVariable("stageVariables", stageVariables(exchange)),
    util,
  };
}

function oneParameter(exchange: Exchange, name: string): string {
  return clientParameter(exchange, "querystring", name) ?? clientParameter(exchange, "header", name) ?? "";
}

function allParameters({ happening }: Exchange): ValueMap {
  if (happening.type !== "CONNECT") return { path: {}, querystring: {}, header: {} };
  const { query, headers } = happening.request;
  return { path: {}, querystring: Object.fromEntries(new URLSearchParams(query)), header: { ...headers } };
}

function found(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : textOf(value as Value);
}

/** A template that fails, or looks into what is no JSON, is the integration's failure. */
function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof VtlError || error instanceof BodyError) throw internalError();
    throw error;
  }
}
