// Functions as integrations: invoked with the event, or with what a template
// made of the message.

import type { Waiting } from "../../../../core/waiting.ts";
import { invokeFunction } from "../../../../gateway/lambda.ts";
import { type Exchange, routeArn } from "../exchange.ts";
import { internalError } from "../failure.ts";
import type { IntegrationAnswer } from "./answer.ts";

export interface FunctionIntegration {
  readonly functionName: string;
  readonly payload: Buffer;
  readonly credentials: string | undefined;
  readonly timeoutMilliseconds: number;
}

/** What the function answered; one that failed, or was late, is a failure. */
export async function askFunction(
  ctx: Waiting,
  exchange: Exchange,
  integration: FunctionIntegration,
): Promise<Buffer> {
  const answer = await invokeFunction(ctx, { ...integration, sourceArn: routeArn(exchange) });
  if (answer.kind === "refused") throw internalError();
  if (answer.kind === "timed out") throw internalError(504);
  if (answer.functionError !== undefined) throw internalError(502);
  return Buffer.from(answer.payload);
}

/** Reads what a proxy function returned. */
export function proxyAnswer(payload: Buffer): IntegrationAnswer {
  const returned = parsed(payload);
  if (typeof returned !== "object" || returned === null || Array.isArray(returned)) throw internalError(502);
  const { statusCode, headers, body = null, isBase64Encoded } = returned as Readonly<Record<string, unknown>>;
  const status = Number(statusCode ?? Number.NaN);
  if (!Number.isInteger(status) || status < 100 || status > 599) throw internalError(502);
  if (body !== null && typeof body !== "string") throw internalError(502);
  return {
    status,
    headers: lowerCase(headers),
    body: Buffer.from(body ?? "", isBase64Encoded === true ? "base64" : "utf8"),
  };
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    throw internalError(502);
  }
}

function lowerCase(headers: unknown): Record<string, string> {
  if (typeof headers !== "object" || headers === null) return {};
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
