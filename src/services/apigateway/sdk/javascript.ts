// The JavaScript client of an API: one function for each method, in the shape
// of AWS's generated client (`apigClientFactory.newClient`), with nothing to
// install: requests by `fetch`, signatures by `crypto.subtle`.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-generate-sdk-javascript.html

import type { ApiSnapshot } from "../deployments/snapshot.ts";

interface SdkMethod {
  readonly name: string;
  readonly verb: string;
  readonly path: string;
  readonly signed: boolean;
  /** By where they go: their names. */
  readonly parameters: Readonly<Record<"path" | "querystring" | "header", readonly string[]>>;
}

/** `/pets/{petId}` and `GET` make `petsPetIdGet`. */
export function methodName(path: string, verb: string): string {
  const words = `${path === "/" ? "root" : path}/${verb.toLowerCase()}`
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const name = words
    .map((word, at) => (at === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

function methodsOf({ resources }: ApiSnapshot): readonly SdkMethod[] {
  return resources.flatMap(({ path, methods }) =>
    Object.entries(methods).map(([verb, method]) => {
      const named = (where: string) =>
        Object.keys(method.requestParameters ?? {}).flatMap((name) => {
          const prefix = `method.request.${where}.`;
          return name.startsWith(prefix) ? name.slice(prefix.length) : [];
        });
      const inPath = [...path.matchAll(/\{([\w.-]+)\+?\}/g)].map(([, name = ""]) => name);
      return {
        name: methodName(path, verb),
        verb: verb === "ANY" ? "POST" : verb,
        path,
        signed: method.authorizationType === "AWS_IAM",
        parameters: { path: inPath, querystring: named("querystring"), header: named("header") },
      };
    }),
  );
}

export function javascriptClient(snapshot: ApiSnapshot, endpoint: string, region: string): string {
  return `${opening(JSON.stringify(methodsOf(snapshot), undefined, 2), JSON.stringify(endpoint), JSON.stringify(region))}${body}`;
}

const opening = (methods: string, endpoint: string, region: string): string => `"use strict";

var apigClientFactory = (function () {
  var methods = ${methods};
  var defaultEndpoint = ${endpoint};
  var defaultRegion = ${region};
`;

const body = `
  var encode = function (text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, function (c) {
      return "%" + c.charCodeAt(0).toString(16).toUpperCase();
    });
  };
  var bytes = function (text) { return new TextEncoder().encode(text); };
  var hex = function (buffer) {
    return Array.from(new Uint8Array(buffer), function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  };
  var hash = async function (text) { return hex(await crypto.subtle.digest("SHA-256", bytes(text))); };
  var hmac = async function (key, text) {
    var imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return crypto.subtle.sign("HMAC", imported, bytes(text));
  };

  async function sign(config, verb, url, headers, payload) {
    var stamp = new Date().toISOString().replace(/[:-]|\\.\\d{3}/g, "");
    var day = stamp.slice(0, 8);
    var signed = Object.assign({}, headers, { host: url.host, "x-amz-date": stamp });
    if (config.sessionToken) signed["x-amz-security-token"] = config.sessionToken;
    var names = Object.keys(signed).map(function (n) { return n.toLowerCase(); }).sort();
    var values = {};
    Object.keys(signed).forEach(function (n) { values[n.toLowerCase()] = String(signed[n]).trim(); });
    var query = Array.from(url.searchParams.entries())
      .map(function (e) { return encode(e[0]) + "=" + encode(e[1]); }).sort().join("&");
    var canonical = [verb, url.pathname.split("/").map(encode).join("/"), query,
      names.map(function (n) { return n + ":" + values[n] + "\\n"; }).join(""), names.join(";"), await hash(payload)].join("\\n");
    var scope = [day, config.region, "execute-api", "aws4_request"].join("/");
    var key = bytes("AWS4" + config.secretKey);
    for (var part of [day, config.region, "execute-api", "aws4_request"]) key = await hmac(key, part);
    var signature = hex(await hmac(key, ["AWS4-HMAC-SHA256", stamp, scope, await hash(canonical)].join("\\n")));
    delete signed.host;
    signed.authorization = "AWS4-HMAC-SHA256 Credential=" + config.accessKey + "/" + scope +
      ", SignedHeaders=" + names.join(";") + ", Signature=" + signature;
    return signed;
  }

  function newClient(given) {
    var config = Object.assign({ accessKey: "", secretKey: "", sessionToken: "", apiKey: "", region: defaultRegion,
      invokeUrl: defaultEndpoint, defaultContentType: "application/json", defaultAcceptType: "application/json" }, given);
    var client = {};
    methods.forEach(function (method) {
      client[method.name] = async function (params, body, additional) {
        params = params || {};
        additional = additional || {};
        var path = method.path.replace(/\\{([\\w.-]+)(\\+?)\\}/g, function (_all, name, many) {
          if (params[name] === undefined) throw new Error("The parameter " + name + " is missing");
          var text = String(params[name]);
          return many ? text.split("/").map(encode).join("/") : encode(text);
        });
        var url = new URL(config.invokeUrl.replace(/\\/$/, "") + path);
        var queries = Object.assign({}, additional.queryParams);
        method.parameters.querystring.forEach(function (n) { if (params[n] !== undefined) queries[n] = params[n]; });
        Object.keys(queries).forEach(function (n) { url.searchParams.append(n, queries[n]); });
        var headers = Object.assign({ accept: config.defaultAcceptType }, additional.headers);
        method.parameters.header.forEach(function (n) { if (params[n] !== undefined) headers[n] = params[n]; });
        if (config.apiKey) headers["x-api-key"] = config.apiKey;
        var payload = "";
        if (body !== undefined && body !== null && body !== "" && method.verb !== "GET" && method.verb !== "HEAD") {
          payload = typeof body === "string" ? body : JSON.stringify(body);
          headers["content-type"] = headers["content-type"] || config.defaultContentType;
        }
        if (method.signed && config.accessKey) headers = await sign(config, method.verb, url, headers, payload);
        var response = await fetch(url, { method: method.verb, headers: headers, body: payload === "" ? undefined : payload });
        var text = await response.text();
        var data = text;
        try { data = JSON.parse(text); } catch (_notJson) { data = text; }
        var result = { status: response.status, statusText: response.statusText, data: data,
          headers: Object.fromEntries(response.headers) };
        if (!response.ok) throw Object.assign(new Error("The API answered " + response.status), { response: result });
        return result;
      };
    });
    return client;
  }

  return { newClient: newClient };
})();

if (typeof module !== "undefined") module.exports = apigClientFactory;
`;
