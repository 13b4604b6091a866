// Functions answer WebSocket clients, and call APIs, at addresses that begin
// with https://, as on AWS: they make them of an event's `domainName`, or a
// template made them. Those that mean this cloud reach it, which speaks plain HTTP.

"use strict";

let installed = false;

/** Whether a text, such as a variable of the environment, holds such an address. */
function mentions(text) {
  return typeof text === "string" && text.includes("execute-api");
}

function install() {
  if (installed || process.env.AWS_ENDPOINT_URL === undefined) return;
  installed = true;
  const own = new URL(process.env.AWS_ENDPOINT_URL);
  const http = require("node:http");
  const https = require("node:https");
  const { request } = https;
  https.request = function (...given) {
    const plain = plainly(given, own);
    return plain === undefined ? request.apply(this, given) : http.request(...plain);
  };
  https.get = (...given) => {
    const made = https.request(...given);
    made.end();
    return made;
  };
  // `import { request } from "https"` sees the same.
  require("node:module").syncBuiltinESMExports();
}

/** What to give to `http.request` instead; undefined where the request is somebody else's. */
function plainly(given, own) {
  const [first, second] = given;
  const options = typeof first === "string" || first instanceof URL ? addressed(first, second) : { ...first };
  const name = String(options.hostname ?? options.host ?? "");
  const port = String(options.port || 443);
  if (!isOwn(name, port, own)) return undefined;
  const { agent: _agent, host: _host, defaultPort: _port, ...rest } = options;
  const headers = withHost(rest.headers, port === "443" ? name : `${name}:${port}`);
  const plain = { ...rest, headers, protocol: "http:", hostname: own.hostname, port: own.port || 80 };
  const callback = given.find((each) => typeof each === "function");
  return callback === undefined ? [plain] : [plain, callback];
}

function isOwn(name, port, own) {
  if (/\.execute-api\.([\w-]+\.)?(amazonaws\.com(\.cn)?|localhost(\.localstack\.cloud)?)$/.test(name))
    return true;
  return (name === "localhost" || name === own.hostname) && port === own.port;
}

/** The name that was asked for, which tells the API and may be signed. */
function withHost(headers, host) {
  if (Array.isArray(headers)) return headers;
  const given = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === "host");
  return given ? headers : { ...headers, host };
}

function addressed(address, options) {
  try {
    const { hostname, port, pathname, search } = new URL(address);
    return { hostname, port, path: pathname + search, ...(typeof options === "object" ? options : {}) };
  } catch {
    // What is no address fails as it would have.
    return {};
  }
}

module.exports = { install, mentions };
