// What a client is told of a message, or of its wish to connect, that came to
// nothing.

import type { HttpResponse } from "../../../core/http.ts";
import type { Exchange } from "./exchange.ts";

/** Thrown where an exchange goes no further. */
export class Failure extends Error {
  override readonly name = "Failure";
  /** Of the answer to a client that wants to connect. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const internalError = (status = 500): Failure => new Failure(status, "Internal server error");
export const forbidden = (message = "Forbidden"): Failure => new Failure(403, message);

/** What goes over an open connection. */
export function failureMessage(exchange: Exchange, { message }: Failure): string {
  const { connection, requestId } = exchange;
  return `{"message": ${JSON.stringify(message)}, "connectionId":"${connection.connectionId}", "requestId":"${requestId}"}`;
}

export function failureResponse(
  { message, status }: Failure,
  connectionId: string,
  requestId: string,
): HttpResponse {
  return {
    status,
    headers: {
      "content-type": "application/json",
      ...(errorTypes[status] === undefined ? {} : { "x-amzn-errortype": errorTypes[status] }),
      "x-amz-apigw-id": requestId,
    },
    body: `{"message": ${JSON.stringify(message)}, "connectionId":"${connectionId}", "requestId":"${requestId}"}`,
  };
}

const errorTypes: Readonly<Record<number, string>> = {
  401: "UnauthorizedException",
  403: "ForbiddenException",
  429: "LimitExceededException",
  500: "InternalServerErrorException",
  502: "InternalServerErrorException",
};
