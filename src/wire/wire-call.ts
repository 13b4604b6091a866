// The Call that an HTTP request becomes. Its signal is made when it is asked
// for, since most operations never wait.

import type { Call } from "../core/call.ts";
import type { Principal } from "../core/principal.ts";
import type { WireRequest } from "./request.ts";
import type { Route } from "./routing/route.ts";

/** What is known beyond route and request. */
export interface Circumstances {
  readonly input: object;
  readonly principal: Principal;
  readonly region: string;
  readonly requestId: string;
  readonly endpoint: string;
}

/**
 * A class, although it is data: a getter in an object literal makes V8 keep a
 * hidden class for every single object, and with it the request, until the next
 * full collection (measured: 8 of 40 us a request). A copy by spread loses the
 * getter; who needs another call makes one.
 */
export class WireCall implements Call {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly principal: Principal;
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
  readonly endpoint: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  declare readonly traceHeader?: string;
  readonly #request: WireRequest;

  constructor(route: Route, request: WireRequest, circumstances: Circumstances) {
    const { principal } = circumstances;
    this.service = route.service.name;
    this.operation = route.operation.name;
    this.input = circumstances.input;
    this.principal = principal;
    this.account = principal.type === "anonymous" ? addressedAccount(request.path) : principal.account;
    this.region = circumstances.region;
    this.requestId = circumstances.requestId;
    this.endpoint = circumstances.endpoint;
    this.sourceIp = request.remoteAddress;
    this.userAgent = request.headers["user-agent"] ?? "";
    const trace = request.headers["x-amzn-trace-id"];
    if (trace !== undefined) this.traceHeader = trace;
    this.#request = request;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }
}

/** Nobody's request is about the account that it names, as the URL of a queue does. */
function addressedAccount(path: string): string {
  const end = path.indexOf("/", 1);
  const first = path.slice(1, end < 0 ? path.length : end);
  return /^\d{12}$/.test(first) ? first : "000000000000";
}
