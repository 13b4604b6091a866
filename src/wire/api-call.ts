// An AWS API call from its bytes to its answer: routing, body, authentication,
// decoding, dispatch, encoding.

import { Fault } from "../core/fault.ts";
import type { HttpResponse } from "../core/http.ts";
import type { Principal } from "../core/principal.ts";
import type { ServiceModel } from "../model/shapes.ts";
import { authenticate, type Identity, mayBeAnonymous } from "./authenticate.ts";
import type { ArrivingBody } from "./body/arriving.ts";
import { collect, contentOf, streamsInput } from "./body/content.ts";
import { decompressed, keepsEncoding } from "./body/encoding.ts";
import { postedBucket, serveBrowserUpload } from "./browser-upload/browser-upload.ts";
import { type HostInfo, ofBucket } from "./hosts.ts";
import { addLabels, addTrailers } from "./late-members.ts";
import { codecs } from "./protocols/codecs.ts";
import { refusalFault } from "./refusal-faults.ts";
import { emptyBody, type WireRequest } from "./request.ts";
import { isForm } from "./routing/query.ts";
import type { NoRoute, Route } from "./routing/route.ts";
import { isS3Signing, s3SigningNames } from "./routing/s3.ts";
import type { FrontServices } from "./services.ts";
import { readClaim, type SignatureClaim } from "./sigv4/claim.ts";
import { chunkedPayload, declaredPayloadHash } from "./sigv4/payload.ts";
import type { Refusal } from "./sigv4/refusal.ts";
import { WireCall } from "./wire-call.ts";

export class ApiCall {
  readonly #services: FrontServices;
  readonly #request: WireRequest;
  readonly #host: HostInfo;
  readonly #body: ArrivingBody;
  readonly #requestId: string;
  readonly #claim: SignatureClaim | Refusal | undefined;
  /** Known once the request is understood; until then an error has no service's shape. */
  #route: Route | NoRoute | undefined;

  constructor(
    services: FrontServices,
    request: WireRequest,
    host: HostInfo,
    body: ArrivingBody,
    requestId: string,
  ) {
    this.#services = services;
    this.#request = request;
    this.#body = body;
    this.#requestId = requestId;
    this.#claim = readClaim(request);
    this.#host = this.#claim?.kind === "claim" && isS3Signing(this.#claim.service) ? ofBucket(host) : host;
  }

  async run(): Promise<HttpResponse> {
    const bucket = postedBucket(this.#request, this.#host.bucket);
    if (bucket !== undefined) return this.#serveBrowserUpload(bucket);
    const signed = this.#body.present ? await this.#bodyBeforeRouting() : emptyBody;
    const route = this.#understood();
    const { service, operation, labels } = route;
    const codec = codecs[route.protocol];
    const whole = signed ?? (await this.#bodyBeforeAuthentication(route));
    const identity = await this.#authenticated(route, whole);
    let input: object | undefined;
    if (whole === undefined) {
      const content = contentOf({
        request: this.#request,
        claim: this.#claim,
        identity,
        source: this.#body.stream(),
        refuse: (refused) => this.#refused(refused),
        onTrailers: (trailers) => addTrailers(operation, input, trailers),
      });
      const streams = streamsInput(operation);
      this.#request.body = streams ? content : await collect(content, this.#services.limits.bodyBytes);
    }
    input = codec.decode(service, operation, this.#request, labels);
    if (route.protocol === "query") addLabels(input, labels);
    const output = await this.#services.dispatcher.dispatch(this.#callOf(route, input, identity.principal));
    return codec.encode(service, operation, output, this.#requestId);
  }

  #serveBrowserUpload(bucket: string): Promise<HttpResponse> {
    // Its errors are S3's from the first byte on.
    this.#route = formRoute;
    const { router } = this.#services;
    const host = { ...this.#host, bucket: undefined };
    return serveBrowserUpload(this.#services, {
      request: this.#request,
      bucket,
      body: this.#body.stream(),
      requestId: this.#requestId,
      endpoint: this.#endpoint(),
      route: (request) => this.#routed(router.route({ request, host, signingName: "s3" })),
    });
  }

  /** The error in the shape of whatever the request turned out to be. */
  encodeFault(fault: Fault): HttpResponse {
    const route = this.#route;
    const operation = route?.kind === "route" ? route.operation : undefined;
    const codec = codecs[route?.protocol ?? "rest-json"];
    return codec.encodeError(route?.service, operation, fault, this.#requestId, this.#request);
  }

  #understood(): Route {
    const { router } = this.#services;
    return this.#routed(
      router.route({ request: this.#request, host: this.#host, signingName: this.#signingName() }),
    );
  }

  #routed(route: Route | NoRoute): Route {
    this.#route = route;
    if (route.kind === "none") throw new Fault("wire", route.code, route.message, { status: route.status });
    return route;
  }

  #signingName(): string | undefined {
    return this.#claim?.kind === "claim" ? this.#claim.service : undefined;
  }

  /** A form names its operation inside; any other body can wait. What is returned is the body as signed. */
  async #bodyBeforeRouting(): Promise<Uint8Array | undefined> {
    const signingName = this.#signingName();
    if (!isForm(this.#request) || (signingName !== undefined && isS3Signing(signingName))) return undefined;
    return this.#read(this.#request.headers["content-encoding"]);
  }

  /**
   * Most bodies are read whole, and hashed with the signature. One that streams
   * is read later, unless the signature is over a hash that nobody declared.
   */
  #bodyBeforeAuthentication({ operation }: Route): Promise<Uint8Array | undefined> | undefined {
    const { headers } = this.#request;
    if (chunkedPayload(headers) !== undefined) return undefined;
    if (streamsInput(operation)) {
      const claim = this.#claim;
      const undeclared =
        claim?.kind === "claim" &&
        declaredPayloadHash(this.#request, claim, isS3Signing(claim.service)) === undefined;
      return undeclared ? this.#read(undefined) : undefined;
    }
    const encoding = headers["content-encoding"];
    return this.#read(encoding === undefined || keepsEncoding(operation) ? undefined : encoding);
  }

  async #read(encoding: string | undefined): Promise<Uint8Array> {
    const limit = this.#services.limits.bodyBytes;
    const raw = await this.#body.whole(limit);
    this.#request.body = encoding === undefined ? raw : await decompressed(raw, encoding, limit);
    return raw;
  }

  async #authenticated({ service, operation }: Route, body: Uint8Array | undefined): Promise<Identity> {
    const identity = await authenticate(this.#services.authentication, {
      request: this.#request,
      claim: this.#claim,
      bucket: this.#host.bucket,
      unsigned: operation.authType === "none",
      signingNames: signingNames(service),
      body,
      mayBeAnonymous: mayBeAnonymous(service, operation),
      foreign: this.#services.origins.isForeign(this.#request.headers),
    });
    if (identity.kind === "refusal") throw this.#refused(identity);
    return identity;
  }

  #refused(refused: Refusal): Fault {
    return refusalFault(refused, this.#route?.protocol ?? "rest-json", this.#route?.service?.name ?? "wire");
  }

  #callOf(route: Route, input: object, principal: Principal): WireCall {
    const { region } = this.#host;
    return new WireCall(route, this.#request, {
      input,
      principal,
      region: this.#claim?.kind === "claim" ? this.#claim.region : (region ?? "us-east-1"),
      requestId: this.#requestId,
      endpoint: this.#endpoint(),
    });
  }

  #endpoint(): string {
    const { authority } = this.#host;
    return `http://${authority === "" ? "localhost" : authority}`;
  }
}

/** A form is S3's, though no operation is. */
const formRoute: NoRoute = {
  kind: "none",
  service: undefined,
  protocol: "rest-xml",
  code: "MethodNotAllowed",
  status: 405,
  message: "The specified method is not allowed against this resource.",
};

/** What the scope of a signature may say for the service; the first is its own. */
function signingNames(service: ServiceModel): readonly string[] {
  return service.signingName === "s3" ? s3SigningNames : [service.signingName, service.endpointPrefix];
}
