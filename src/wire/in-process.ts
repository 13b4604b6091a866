// API calls within the process that come as HTTP: routed, decoded and encoded
// as a client's, without a socket and without a signature.

import type { Dispatcher } from "../core/call.ts";
import { Fault } from "../core/fault.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { Api, ApiCaller, ApiRequest } from "../core/ports/api.ts";
import { loadIndex, loadModel } from "../model/load.ts";
import type { OperationModel, ServiceModel } from "../model/shapes.ts";
import type { HostInfo } from "./hosts.ts";
import { addLabels } from "./late-members.ts";
import { codecs } from "./protocols/codecs.ts";
import { errorAnswer } from "./protocols/errors.ts";
import { Catalog } from "./routing/catalog.ts";
import type { NoRoute, Route } from "./routing/route.ts";
import { Router } from "./routing/router.ts";
import type { RawEndpoint } from "./services.ts";

/** `endpoints` are the raw data planes, of which `execute-api` is reached in this way too. */
export function inProcessApi(endpoints: () => readonly RawEndpoint[]): Api {
  const catalog = new Catalog(loadIndex(), loadModel);
  const router = new Router(loadIndex(), loadModel);
  return {
    send: async (wanted, caller, dispatcher) => {
      if (wanted.service === dataPlane) return addressed(endpoints(), wanted, caller);
      const request = httpRequest(catalog, wanted, caller);
      const [signing] = catalog.endpoint(wanted.service);
      const host = hostOf(wanted.service, caller);
      const route = router.route({ request, host, signingName: signing?.signingName ?? wanted.service });
      try {
        return await answer(route, request, caller, dispatcher);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return refusal(route, error, caller.requestId, request);
      }
    },
  };
}

const dataPlane = "execute-api";

/** A deployed API takes the caller for the signer of the request. */
async function addressed(
  endpoints: readonly RawEndpoint[],
  wanted: ApiRequest,
  caller: ApiCaller,
): Promise<HttpResponse> {
  const { authority, name } = hostOf(dataPlane, caller);
  const headers: Record<string, string> = { host: authority, ...wanted.headers };
  if (caller.traceHeader !== undefined) headers["x-amzn-trace-id"] ??= caller.traceHeader;
  const request: HttpRequest = {
    method: wanted.method,
    path: wanted.path,
    query: wanted.query,
    headers,
    rawHeaders: Object.entries(headers).flat(),
    host: name,
    body: wanted.body,
    remoteAddress: caller.sourceIp,
    signal: caller.signal,
  };
  const endpoint = endpoints.find((each) => each.matches(request));
  if (endpoint === undefined) {
    return { status: 404, headers: { "content-type": "application/json" }, body: '{"message":"Not Found"}' };
  }
  return endpoint.handle(request, async () => {
    const { principal } = caller;
    if (principal.type !== "anonymous") return principal;
    throw new Fault("wire", "MissingAuthenticationTokenException", "Missing Authentication Token");
  });
}

async function answer(
  route: Route | NoRoute,
  request: HttpRequest,
  caller: ApiCaller,
  dispatcher: Dispatcher,
): Promise<HttpResponse> {
  if (route.kind === "none") throw new Fault("wire", route.code, route.message, { status: route.status });
  const { service, operation, protocol, labels } = route;
  const codec = codecs[protocol];
  const input = codec.decode(service, operation, request, labels);
  if (protocol === "query") addLabels(input, labels);
  const output = await dispatcher.dispatch({
    ...caller,
    service: service.name,
    operation: operation.name,
    input,
  });
  return protocol === "query" && wantsJson(request)
    ? queryJson(service, operation, output, caller.requestId)
    : codec.encode(service, operation, output, caller.requestId);
}

/** An action is said in the words of its service: a target, or a form's field. */
function httpRequest(catalog: Catalog, wanted: ApiRequest, caller: ApiCaller): HttpRequest {
  const { service, action, method, path, query, headers, body } = wanted;
  const target = catalog.endpoint(service).find(({ targetPrefix }) => targetPrefix !== undefined);
  const named: Record<string, string> = { host: hostOf(service, caller).authority, ...headers };
  let asked = query;
  if (action !== undefined && target !== undefined && !target.protocols.includes("query")) {
    named["x-amz-target"] = `${target.targetPrefix}.${action}`;
  } else if (action !== undefined) {
    asked = [`Action=${encodeURIComponent(action)}`, query].filter((part) => part !== "").join("&");
  }
  return {
    method,
    path,
    query: asked,
    headers: named,
    rawHeaders: Object.entries(named).flat(),
    host: hostOf(service, caller).name,
    body,
    remoteAddress: caller.sourceIp,
    signal: caller.signal,
  };
}

function hostOf(service: string, { region, endpoint }: ApiCaller): HostInfo {
  const authority = endpoint.replace(/^https?:\/\//, "");
  return {
    name: authority.replace(/:\d+$/, ""),
    authority,
    served: true,
    bucket: undefined,
    service,
    region,
  };
}

const wantsJson = ({ headers }: HttpRequest): boolean => /\bjson\b/.test(headers.accept ?? "");

/** The query services answer in JSON too, to those who accept it: wrapped as in XML, with nulls for what is absent. */
function queryJson(
  service: ServiceModel,
  operation: OperationModel,
  output: object,
  requestId: string,
): HttpResponse {
  const { body } = codecs["json-1.0"].encode(service, operation, output, requestId);
  const printed = typeof body === "string" ? body : Buffer.from((body ?? "{}") as Uint8Array).toString();
  const absent = [...(operation.output?.members.keys() ?? [])].map((name) => [name, null]);
  const result = { ...Object.fromEntries(absent), ...JSON.parse(printed || "{}") };
  const wrapper = operation.resultWrapper ?? `${operation.name}Result`;
  return {
    status: 200,
    headers: { "content-type": "application/json", "x-amzn-requestid": requestId },
    body: JSON.stringify({
      [`${operation.name}Response`]: {
        ...(operation.output === undefined ? {} : { [wrapper]: result }),
        ResponseMetadata: { RequestId: requestId },
      },
    }),
  };
}

function refusal(
  route: Route | NoRoute,
  fault: Fault,
  requestId: string,
  request: HttpRequest,
): HttpResponse {
  const operation = route.kind === "route" ? route.operation : undefined;
  if (route.protocol !== "query" || !wantsJson(request)) {
    return codecs[route.protocol].encodeError(route.service, operation, fault, requestId, request);
  }
  const { status, queryCode, message, sender } = errorAnswer(route.service, operation, fault);
  const error = { Code: queryCode, Message: message, Type: sender ? "Sender" : "Receiver" };
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": requestId },
    body: JSON.stringify({ Error: error, RequestId: requestId }),
  };
}
