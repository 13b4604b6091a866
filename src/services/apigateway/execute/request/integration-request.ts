// What a method's integration is sent: the mapped parameters, and the body as
// the template for its content type makes it, or as it came.

import { type Body, BodyError, bytesBody, textBody } from "../../../../gateway/mapping/body.ts";
import { mediaType } from "../../../../gateway/mapping/templates.ts";
import { VtlError } from "../../../../lang/vtl/error.ts";
import { textOf } from "../../../../lang/vtl/value.ts";
import { internalError, Refusal } from "../answer/refusal.ts";
import type { CompiledIntegration } from "../api/compiled-api.ts";
import type { Exchange } from "../exchange.ts";
import { overrides, templateVariables } from "../mapping/variables.ts";
import { headerOf } from "./request.ts";

export interface IntegrationRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
  /** Whether a template made the body. */
  readonly transformed: boolean;
  readonly contentType: string;
}

type Values = Record<string, string | readonly string[]>;

/** Throws a refusal where the body is of a type that the integration does not take. */
export function integrationRequest(exchange: Exchange, integration: CompiledIntegration): IntegrationRequest {
  const { request, api } = exchange;
  const given = headerOf(request, "content-type");
  const contentType = given === undefined || given === "" ? "application/json" : mediaType(given);
  const binary = api.isBinary(contentType);
  const handling = integration.state.contentHandling;
  const body =
    binary && handling === "CONVERT_TO_TEXT"
      ? textBody(request.body.toString("base64"))
      : bytesBody(request.body);
  const template = integration.requestTemplates.for(contentType);
  if (template === undefined && !passesThrough(integration)) {
    throw new Refusal("UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type");
  }
  const rendered = template === undefined ? undefined : render(exchange, template.run, body);
  const mapped = mappedParameters(exchange, integration, body);
  return {
    ...mapped,
    body: rendered === undefined ? passed(request.body, binary, handling) : Buffer.from(rendered),
    transformed: rendered !== undefined,
    contentType: given ?? "application/json",
  };
}

function passesThrough({ state, requestTemplates }: CompiledIntegration): boolean {
  if (state.passthroughBehavior === "NEVER") return false;
  return state.passthroughBehavior !== "WHEN_NO_TEMPLATES" || requestTemplates.none;
}

function passed(body: Buffer, binary: boolean, handling: string | undefined): Buffer {
  if (handling === "CONVERT_TO_TEXT" && binary) return Buffer.from(body.toString("base64"));
  return handling === "CONVERT_TO_BINARY" && !binary ? Buffer.from(body.toString(), "base64") : body;
}

function render(
  exchange: Exchange,
  run: (lent: ReturnType<typeof templateVariables>) => string,
  body: Body,
): string {
  try {
    return run(templateVariables(exchange, body));
  } catch (error) {
    if (error instanceof BodyError) {
      throw new Refusal("DEFAULT_4XX", `Could not parse request body into json: ${error.message}`, {
        status: 400,
      });
    }
    if (!(error instanceof VtlError)) throw error;
    exchange.log.error(
      `Execution failed due to configuration error: Unable to transform request: ${error.message}`,
    );
    throw internalError();
  }
}

/** The integration's parameters; what a template overrides wins. */
export function mappedParameters(
  exchange: Exchange,
  { requestMappings }: CompiledIntegration,
  body: Body,
): Pick<IntegrationRequest, "path" | "query" | "headers"> {
  const mapped: Record<"path" | "querystring" | "header", Values> = { path: {}, querystring: {}, header: {} };
  for (const { target, source } of requestMappings) {
    const value = source(exchange, body, undefined);
    if (value !== undefined) mapped[target.location][target.name] = value;
  }
  for (const location of ["path", "querystring", "header"] as const) {
    for (const [name, value] of Object.entries(overrides(exchange.context, "requestOverride", location))) {
      mapped[location][name] = textOf(value);
    }
  }
  const path: Record<string, string> = {};
  for (const [name, value] of Object.entries(mapped.path)) path[name] = String(value);
  return { path, query: mapped.querystring, headers: mapped.header };
}
