// The API port: an AWS API call as HTTP has it, made within the process. API
// Gateway's integrations are such: a method, a path and a body that users
// compose, to any service.

import type { Call, Dispatcher } from "../call.ts";
import type { HttpResponse } from "../http.ts";

export interface ApiRequest {
  /** As in the service's host name: `sqs`, `states`, `monitoring`; `execute-api` for a deployed API, whose id the path names. */
  readonly service: string;
  /** The operation, where neither path nor headers name it. */
  readonly action?: string | undefined;
  readonly method: string;
  /** Percent-encoded, with its leading slash. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Who calls, where, and since when: a call but for what is asked. */
export type ApiCaller = Omit<Call, "service" | "operation" | "input" | "once">;

export interface Api {
  /** Nothing is signed: the caller is who the context says. A fault is an answer in the service's own form. */
  send(request: ApiRequest, caller: ApiCaller, dispatcher: Dispatcher): Promise<HttpResponse>;
}
