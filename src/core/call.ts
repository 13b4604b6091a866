// One operation asked of one service. Every call, from the wire, from another
// service or from a test, passes dispatch in this form: authorization, audit,
// tracing, metrics and faults attach here, once.

import type { Principal } from "./principal.ts";

export interface Call {
  /** The AWS CLI's name of the service. */
  readonly service: string;
  readonly operation: string;
  /** Decoded, not yet validated. */
  readonly input: object;
  readonly principal: Principal;
  /** Whose resources are meant: the caller's account. */
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
  /** Base address to build URLs from (queue URLs, upload locations): `http://localhost:4566`. */
  readonly endpoint: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** `X-Amzn-Trace-Id`, where the caller sent one. */
  readonly traceHeader?: string | undefined;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  /** It happens once under this name; see `CallOptions`. */
  readonly once?: string | undefined;
}

/** What wire needs of the kernel. */
export interface Dispatcher {
  /** Resolves with the output, or rejects with a `Fault`; anything else is an accident. */
  dispatch(call: Call): Promise<object>;
}
