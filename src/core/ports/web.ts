// The web port: requests that services make to the world outside, such as a
// topic's HTTP subscription or an API destination. An answer of any status is an
// answer; only what gave none is an error.

import type { ByteStream } from "../../model/shapes.ts";

export interface WebRequest {
  readonly method: string;
  /** Absolute, `http:` or `https:`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Until the whole answer is there, in the machine's own time; default 30,000. */
  readonly timeoutMilliseconds?: number;
  /** A longer answer is an error; default 1 MiB. */
  readonly maximumBodyBytes?: number;
  /** The answer's body is handed on as it comes, of any length; the time is that until its head. */
  readonly streams?: boolean;
}

export interface WebResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `set-cookie` headers one by one, since joined they cannot be told apart. */
  readonly cookies?: readonly string[];
  /** Empty where it streams. */
  readonly body: Uint8Array;
  /** Where the request asked for it. */
  readonly stream?: ByteStream;
}

/** Redirects are not followed, and no certificate is trusted that the system does not trust. */
export interface Web {
  /** Throws `WebError` where no answer came. */
  fetch(request: WebRequest, signal: AbortSignal): Promise<WebResponse>;
}

export type WebFailure = "address" | "connection" | "certificate" | "timeout" | "too-long" | "aborted";

export class WebError extends Error {
  override readonly name = "WebError";
  readonly failure: WebFailure;

  constructor(failure: WebFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}
