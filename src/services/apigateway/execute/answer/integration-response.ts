// From what an integration answered to what the method answers: the response
// whose pattern fits, its headers, and its template.

import { type Body, BodyError, bytesBody, textBody } from "../../../../gateway/mapping/body.ts";
import { VtlError } from "../../../../lang/vtl/error.ts";
import { textOf } from "../../../../lang/vtl/value.ts";
import type { CompiledIntegration, CompiledResponse } from "../api/compiled-api.ts";
import type { Exchange } from "../exchange.ts";
import { overrides, templateVariables } from "../mapping/variables.ts";
import { type Answer, clientHeader } from "./answer.ts";
import { chosenTemplate } from "./negotiation.ts";
import { internalError } from "./refusal.ts";

export interface IntegrationResult {
  /** What patterns are held against: a status, or a function's error message; undefined where it threw nothing. */
  readonly selector: string | undefined;
  readonly status: number;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
}

/** Throws a refusal where no response fits. */
export function methodAnswer(
  exchange: Exchange,
  integration: CompiledIntegration,
  result: IntegrationResult,
): Answer {
  const response = selected(integration.responses, result.selector);
  if (response === undefined) {
    exchange.log.error(
      "Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: " +
        result.status,
    );
    throw internalError();
  }
  const body = readable(response, result);
  const headers: Record<string, string | readonly string[]> = {};
  for (const { name, source } of response.headers) {
    const value = source(exchange, body, { headers: result.headers, body });
    const shown = clientHeader(name);
    if (value !== undefined && shown !== undefined) headers[shown] = value;
  }
  const answered = result.headers["content-type"]?.at(-1);
  const template = chosenTemplate(response.templates, exchange.request, answered);
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  if (!hasType) headers["Content-Type"] = template?.contentType ?? answered ?? "application/json";
  let content: Buffer | string = template === undefined ? result.body : run(exchange, template.run, body);
  if (response.contentHandling === "CONVERT_TO_BINARY") {
    content = Buffer.from(content.toString(), "base64");
  } else if (response.contentHandling === "CONVERT_TO_TEXT" && template === undefined) {
    content = content instanceof Buffer ? content.toString("base64") : content;
  }
  return { ...overridden(exchange, response.status, headers), body: content };
}

function selected(
  responses: readonly CompiledResponse[],
  selector: string | undefined,
): CompiledResponse | undefined {
  return (
    (selector === undefined ? undefined : responses.find(({ matches }) => matches?.(selector))) ??
    responses.find(({ matches }) => matches === undefined)
  );
}

/** Of a binary body that is to become text, templates see base64. */
function readable({ contentHandling }: CompiledResponse, { body }: IntegrationResult): Body {
  return contentHandling === "CONVERT_TO_TEXT" ? textBody(body.toString("base64")) : bytesBody(body);
}

function run(
  exchange: Exchange,
  template: (lent: ReturnType<typeof templateVariables>) => string,
  body: Body,
): string {
  try {
    return template(templateVariables(exchange, body));
  } catch (error) {
    if (!(error instanceof VtlError || error instanceof BodyError)) throw error;
    exchange.log.error(
      `Execution failed due to configuration error: Unable to transform response: ${error.message}`,
    );
    throw internalError();
  }
}

/** A template may have the last word about status and headers. */
function overridden(
  exchange: Exchange,
  status: number,
  headers: Record<string, string | readonly string[]>,
): Omit<Answer, "body"> {
  const wanted = (exchange.context.responseOverride as { readonly status?: unknown } | undefined)?.status;
  const code = wanted === undefined || wanted === null ? status : Number(wanted);
  for (const [name, value] of Object.entries(overrides(exchange.context, "responseOverride", "header"))) {
    const shown = clientHeader(name);
    if (shown === undefined) continue;
    for (const each of Object.keys(headers))
      if (each.toLowerCase() === name.toLowerCase()) delete headers[each];
    headers[shown] = textOf(value);
  }
  return { status: Number.isInteger(code) && code >= 100 && code <= 599 ? code : 500, headers };
}
