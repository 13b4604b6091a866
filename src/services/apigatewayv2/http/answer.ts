// What an HTTP API answers: what an integration gave, or API Gateway's own
// refusals in its own words.

import type { ByteStream } from "../../../model/shapes.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array | string | ByteStream;
}

/** Ends a request with an answer of API Gateway's own. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly responseType: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, responseType: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.responseType = responseType;
    this.headers = headers;
  }

  get answer(): Answer {
    return {
      status: this.status,
      headers: { "content-type": "application/json", ...this.headers },
      body: JSON.stringify({ message: this.message }),
    };
  }
}

export const notFound = (): Refusal => new Refusal(404, "Not Found", "RESOURCE_NOT_FOUND");
export const forbidden = (headers = {}): Refusal => new Refusal(403, "Forbidden", "ACCESS_DENIED", headers);
export const unauthorized = (headers = {}): Refusal =>
  new Refusal(401, "Unauthorized", "UNAUTHORIZED", headers);
export const tooManyRequests = (): Refusal => new Refusal(429, "Too Many Requests", "THROTTLED");
export const tooLarge = (): Refusal => new Refusal(413, "Request Entity Too Large", "REQUEST_TOO_LARGE");
export const internalError = (): Refusal => new Refusal(500, "Internal Server Error", "INTEGRATION_FAILURE");
export const unavailable = (): Refusal => new Refusal(503, "Service Unavailable", "INTEGRATION_TIMEOUT");
