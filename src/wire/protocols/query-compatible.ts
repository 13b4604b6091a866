// Services that moved from the query protocol to JSON or CBOR (SQS, CloudWatch)
// tell clients the error code of old beside the new one, so that code written
// against the old one goes on working.

import type { HttpRequest } from "../../core/http.ts";
import type { ErrorAnswer } from "./errors.ts";

export function queryErrorHeader(
  answer: ErrorAnswer,
  request: HttpRequest,
): Readonly<Record<string, string>> {
  const asked = request.headers["x-amzn-query-mode"] === "true";
  if (!asked && answer.shape?.error?.queryCode === undefined) return {};
  return { "x-amzn-query-error": `${answer.queryCode};${answer.sender ? "Sender" : "Receiver"}` };
}
