// The data plane of function URLs: an HTTP request becomes an event, and what
// the function returns becomes the response.

import { Fault } from "../../../core/fault.ts";
import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Principal } from "../../../core/principal.ts";
import type { Endpoint, Identify } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { loadTarget, runTarget } from "../invocation/run.ts";
import { corsHeaders, isPreflight, preflightResponse } from "./cors.ts";
import { urlEvent } from "./event.ts";
import { bufferedResponse, internalError, streamedResponse } from "./response.ts";
import { type UrlRoute, UrlRouteRecord } from "./url.ts";

const largestBodyBytes = 6_291_456;

export const urlEndpoint: Endpoint = {
  hosts: ["{urlId}.lambda-url.{region}"],
  paths: ["/_lambda-url/{urlId}"],
  handle: async (request, labels, ctx, identify) => {
    const route = await ctx.atomically((tx) => tx.get(UrlRouteRecord, labels.urlId ?? ""));
    if (route === undefined || (labels.region ?? route.reference.region) !== route.reference.region) {
      return message(404, null);
    }
    const { Cors, AuthType } = route.url;
    if (Cors !== undefined && isPreflight(request)) return preflightResponse(Cors, request);
    const body = await readBody(request);
    const caller = AuthType === "NONE" ? undefined : await verified(identify, body);
    const response =
      caller === "nobody"
        ? message(403, "Forbidden")
        : body === undefined
          ? message(413, "Request Entity Too Large")
          : await answer(request, body, route, labels.rest ?? request.path, caller, ctx);
    return {
      ...response,
      headers: {
        ...response.headers,
        ...corsHeaders(Cors, request),
        "x-amzn-requestid": ctx.requestId,
      },
    };
  },
};

/** Whoever signed the request; whatever is wrong with a signature, AWS answers only that it is forbidden. */
async function verified(identify: Identify, body: Uint8Array | undefined): Promise<Principal | "nobody"> {
  try {
    const caller = await identify("lambda", body);
    return caller.type === "anonymous" ? "nobody" : caller;
  } catch (error) {
    if (error instanceof Fault) return "nobody";
    throw error;
  }
}

async function answer(
  request: HttpRequest,
  body: Uint8Array,
  route: UrlRoute,
  path: string,
  caller: Principal | undefined,
  ctx: Waiting,
): Promise<HttpResponse> {
  const { requestId, traceHeader } = ctx;
  const event = urlEvent(request, route, { path, body, requestId, caller, now: ctx.now() });
  const streaming = route.url.InvokeMode === "RESPONSE_STREAM";
  try {
    const here = ctx.at(route.reference);
    const target = await loadTarget(here, route.reference);
    const payload = Buffer.from(JSON.stringify(event));
    const result = await runTarget(here, target, { requestId, payload, traceHeader, streaming });
    if (result.functionError !== undefined) return internalError;
    // A streaming function says so by its content type, even to a caller who wants the response whole.
    return streaming || result.contentType !== undefined
      ? await streamedResponse(result.payload, result.contentType)
      : bufferedResponse(result.payload as Uint8Array);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "TooManyRequestsException") return message(429, "Rate Exceeded.");
    return internalError;
  }
}

/** Undefined where the body is larger than an invocation may be. */
async function readBody({ body }: HttpRequest): Promise<Uint8Array | undefined> {
  if (body instanceof Uint8Array) return body.length > largestBodyBytes ? undefined : body;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > largestBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function message(status: number, text: string | null): HttpResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ Message: text }) };
}
