// One request and its answer. Who may ask at all comes first (hosts, browsers),
// then the cloud's own routes and raw data planes, then the AWS APIs.

import type { CrossOriginAnswer } from "../core/cross-origin.ts";
import { Fault } from "../core/fault.ts";
import type { HttpResponse } from "../core/http.ts";
import type { Identify } from "../core/service.ts";
import { ApiCall } from "./api-call.ts";
import { ClientGone } from "./body/read.ts";
import type { Arrival } from "./connection/arrival.ts";
import { corsHeaders, isPreflight, preflightResponse } from "./cors.ts";
import { mayBeGiven } from "./given-host.ts";
import type { HostInfo } from "./hosts.ts";
import { identify } from "./identify.ts";
import { codecs } from "./protocols/codecs.ts";
import { emptyBody, WireRequest } from "./request.ts";
import { addressedBucket } from "./routing/s3.ts";
import type { FrontServices, RawEndpoint } from "./services.ts";

export class Exchange {
  readonly #services: FrontServices;
  readonly #request: WireRequest;
  readonly #host: HostInfo;
  readonly #arrival: Arrival;
  readonly #requestId: string;
  #call: ApiCall | undefined;
  /** A data plane has its own rules about origins. */
  #ownOrigins = false;
  /** While a bucket's rules are asked, a refusal is S3's. */
  #asksOwner = false;
  /** What the rules of the bucket's owner add to the answer, in place of the cloud's own. */
  #ownersHeaders: Readonly<Record<string, string>> | undefined;

  constructor(services: FrontServices, arrival: Arrival) {
    this.#services = services;
    this.#host = services.hosts.read(arrival.headers.host ?? "");
    this.#request = new WireRequest(arrival, this.#host.name, services.shutdown);
    this.#arrival = arrival;
    this.#requestId = services.newRequestId();
  }

  async run(): Promise<void> {
    try {
      this.#answer(await this.#respond());
    } catch (error) {
      if (error instanceof ClientGone) this.#arrival.destroy();
      else this.#fail(error);
    }
  }

  #respond(): Promise<HttpResponse> | HttpResponse {
    const { endpoints } = this.#services;
    return mayBeGiven(this.#host, this.#request, endpoints) ? this.#atAnyHost() : this.#served();
  }

  #served(): Promise<HttpResponse> | HttpResponse {
    const { origin } = this.#request.headers;
    return origin === undefined ? this.#routed() : this.#fromPage(origin);
  }

  /** A name that a user has given to something of theirs, or else a foreign one. */
  async #atAnyHost(): Promise<HttpResponse> {
    const { checkHosts, endpoints } = this.#services;
    for (const endpoint of endpoints) {
      const answer = await endpoint.handleAnyHost?.(this.#withBody(), this.#identifying());
      if (answer === undefined) continue;
      this.#ownOrigins = true;
      return answer;
    }
    this.#request.body = emptyBody;
    return checkHosts && !this.#host.served ? refusedHost(this.#host.name) : this.#served();
  }

  /** A page in a browser asks. Its origin is one of ours, or the owner of the bucket that it asks for lets it. */
  async #fromPage(origin: string): Promise<HttpResponse> {
    const rules = await this.#ownersRules(origin);
    if (rules?.allowed !== true && !this.#services.origins.allows(origin) && !this.#isPublic()) {
      return refusedOrigin(origin);
    }
    if (rules === undefined) return this.#routed();
    this.#ownersHeaders = rules.headers;
    return this.#request.method === "OPTIONS" ? { status: 200, headers: {} } : this.#routed();
  }

  #isPublic(): boolean {
    return this.#services.endpoints.some((each) => each.anyOrigin === true && each.matches(this.#request));
  }

  async #ownersRules(origin: string): Promise<CrossOriginAnswer | undefined> {
    const request = this.#request;
    const resource = addressedBucket({ request, host: this.#host });
    if (resource === undefined || this.#services.endpoints.some((each) => each.matches(request))) {
      return undefined;
    }
    const { "access-control-request-method": asked, "access-control-request-headers": names = "" } =
      request.headers;
    const preflight = isPreflight(request);
    this.#asksOwner = true;
    const rules = await this.#services.crossOrigin({
      resource,
      origin,
      method: preflight && asked !== undefined ? asked : request.method,
      headers: preflight ? names.split(",").flatMap((name) => name.trim().toLowerCase() || []) : [],
      preflight,
    });
    this.#asksOwner = false;
    return rules;
  }

  #routed(): Promise<HttpResponse> | HttpResponse {
    const { endpoints } = this.#services;
    const request = this.#request;
    if (request.path.startsWith("/_")) return this.#controlOrApi();
    for (const endpoint of endpoints) {
      if (endpoint.matches(request)) return this.#dataPlane(endpoint);
    }
    return this.#api();
  }

  async #controlOrApi(): Promise<HttpResponse> {
    const { origins, control, endpoints } = this.#services;
    const request = this.#request;
    const endpoint = endpoints.find((each) => each.matches(request));
    if (endpoint !== undefined) return this.#dataPlane(endpoint);
    if (isPreflight(request)) return preflightResponse(request);
    // A form on a foreign page must not reset the cloud.
    if (request.method !== "GET" && origins.isForeign(request.headers)) return refusedOrigin("another site");
    request.body = this.#arrival.body.present ? this.#arrival.body.stream() : emptyBody;
    return (await control(request)) ?? this.#api();
  }

  #dataPlane(endpoint: RawEndpoint): Promise<HttpResponse> {
    this.#ownOrigins = true;
    return endpoint.handle(this.#withBody(), this.#identifying());
  }

  /** With the body as it arrives. */
  #withBody(): WireRequest {
    this.#request.body = this.#arrival.body.present ? this.#arrival.body.stream() : emptyBody;
    return this.#request;
  }

  #identifying(): Identify {
    return (signingName, body) => identify(this.#services, this.#request, signingName, body);
  }

  #api(): Promise<HttpResponse> | HttpResponse {
    if (isPreflight(this.#request)) return preflightResponse(this.#request);
    this.#call = new ApiCall(this.#services, this.#request, this.#host, this.#arrival.body, this.#requestId);
    return this.#call.run();
  }

  #fail(error: unknown): void {
    try {
      const fault = error instanceof Fault ? error : this.#accident(error);
      const early = codecs[this.#asksOwner ? "rest-xml" : "rest-json"];
      const response =
        this.#call === undefined
          ? early.encodeError(undefined, undefined, fault, this.#requestId, this.#request)
          : this.#call.encodeFault(fault);
      this.#answer(response);
    } catch (second) {
      // Not even the error could be said; a request without an answer must still end.
      this.#accident(second);
      this.#arrival.destroy();
    }
  }

  #accident(error: unknown): Fault {
    const { method, path } = this.#request;
    this.#services.log({
      level: "error",
      event: "accident",
      requestId: this.#requestId,
      request: `${method} ${path}`,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return new Fault(
      "wire",
      "InternalFailure",
      "The request processing has failed because of an unknown error, exception or failure.",
      { status: 500 },
    );
  }

  #answer(response: HttpResponse): void {
    const { origins, limits, shutdown } = this.#services;
    const origin = this.#request.headers.origin;
    const own = response.headers;
    const headers: Record<string, string> = {};
    if (own["x-amzn-requestid"] === undefined && own["x-amz-request-id"] === undefined) {
      headers["x-amzn-requestid"] = this.#requestId;
    }
    if (this.#ownersHeaders !== undefined) Object.assign(headers, this.#ownersHeaders);
    else if (origin !== undefined && !this.#ownOrigins && origins.allows(origin)) {
      Object.assign(headers, corsHeaders(origin));
    }
    // A body that was never asked for does not come, so that the connection cannot go on.
    if (this.#arrival.body.awaitsContinue || shutdown.began) headers.connection = "close";
    this.#arrival.answer(response, {
      headers,
      head: this.#request.method === "HEAD",
      idleMilliseconds: limits.idleMilliseconds,
      onStreamError: (error) => this.#accident(error),
    });
  }
}

function refusedHost(name: string): HttpResponse {
  return forbidden(
    `"${name}" is not a host that Cumulet serves here. Ask for localhost, or start Cumulet with that name among its served hosts.`,
  );
}

function refusedOrigin(origin: string): HttpResponse {
  return forbidden(
    `Pages of ${origin} may not talk to this cloud. Start Cumulet with that origin among its allowed origins to change that.`,
  );
}

function forbidden(message: string): HttpResponse {
  return { status: 403, headers: { "content-type": "text/plain; charset=utf-8" }, body: `${message}\n` };
}
