// The MOCK integration: the template names the status, and nobody is asked.

import type { IntegrationResult } from "../answer/integration-response.ts";
import { internalError } from "../answer/refusal.ts";
import type { Exchange } from "../exchange.ts";
import type { IntegrationRequest } from "../request/integration-request.ts";

/** Names without quotation marks are taken too, as AWS takes them. */
const statusIn = /^\s*\{(?:[^{}]*[,{\s])?["']?statusCode["']?\s*:\s*["']?(\d{3})\b/;

export function mockResult(exchange: Exchange, { body }: IntegrationRequest): IntegrationResult {
  const status = statusIn.exec(body.toString())?.[1];
  if (status === undefined) {
    exchange.log.error(
      "Execution failed due to configuration error: Unable to parse statusCode. It should be an integer that is defined in the request template (mock integration).",
    );
    throw internalError();
  }
  return { selector: status, status: Number(status), headers: {}, body: empty };
}

const empty = Buffer.alloc(0);
