// What the front is given and what it holds while it runs, shared by all
// exchanges.

import type { Dispatcher } from "../core/call.ts";
import type { CrossOriginAnswer, CrossOriginQuestion } from "../core/cross-origin.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { Identify } from "../core/service.ts";
import type { Conversation } from "../core/web-socket.ts";
import type { Authentication } from "./authenticate.ts";
import type { BodyWatch } from "./body/watch.ts";
import type { BrowserOrigins } from "./cors.ts";
import type { Hosts } from "./hosts.ts";
import type { FrontLimits } from "./limits.ts";
import type { Router } from "./routing/router.ts";
import type { Shutdown } from "./shutdown.ts";

/** A raw data plane: requests that are not AWS API calls. */
export interface RawEndpoint {
  matches(request: HttpRequest): boolean;
  handle(request: HttpRequest, identify: Identify): Promise<HttpResponse>;
  /** For hosts that the cloud does not serve: undefined where this one is nobody's. */
  handleAnyHost?(request: HttpRequest, identify: Identify): Promise<HttpResponse | undefined>;
  /** Pages of every origin may ask. */
  readonly anyOrigin?: boolean;
  /** For a request to go on as a WebSocket: undefined where that is not spoken there. */
  connect?(request: HttpRequest, identify: Identify): Promise<HttpResponse | Conversation | undefined>;
  /** As `handleAnyHost`, for a request to go on as a WebSocket. */
  connectAnyHost?(request: HttpRequest, identify: Identify): Promise<HttpResponse | Conversation | undefined>;
}

export interface FrontServices {
  readonly dispatcher: Dispatcher;
  readonly authentication: Authentication;
  readonly router: Router;
  readonly hosts: Hosts;
  readonly origins: BrowserOrigins;
  /** Refuse names that are neither loopback's nor served. */
  readonly checkHosts: boolean;
  readonly endpoints: readonly RawEndpoint[];
  readonly limits: FrontLimits;
  readonly watch: BodyWatch;
  readonly shutdown: Shutdown;
  newRequestId(): string;
  /** What the owner of an addressed bucket lets pages do; undefined where there is no bucket, or it says nothing. */
  crossOrigin(question: CrossOriginQuestion): Promise<CrossOriginAnswer | undefined>;
  control(request: HttpRequest): Promise<HttpResponse | undefined>;
  log(entry: object): void;
}
