// Answers that an event asks for at an `http://` address. Libraries that answer
// such events know only AWS's addresses: they take the host and the path, and ask
// by HTTPS at port 443. Those requests, and no others, go to the address itself.

"use strict";

let target;

/** From now on until another event gives another address. */
function reach(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return;
  }
  if (url.protocol !== "http:") return;
  if (target === undefined) install();
  target = url;
}

function install() {
  const http = require("node:http");
  const https = require("node:https");
  const { request } = https;
  https.request = function (...given) {
    const plain = plainly(given);
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
function plainly([first, second, third]) {
  const options = typeof first === "string" || first instanceof URL ? addressed(first, second) : { ...first };
  const callback = [first, second, third].find((each) => typeof each === "function");
  const host = String(options.hostname ?? options.host ?? "").replace(/:\d+$/, "");
  const path = String(options.path ?? "").split("?")[0];
  if (host !== target.hostname || path !== target.pathname) return undefined;
  const { agent: _agent, host: _host, ...rest } = options;
  const plain = { ...rest, protocol: "http:", hostname: target.hostname, port: target.port || 80 };
  return callback === undefined ? [plain] : [plain, callback];
}

function addressed(address, options) {
  try {
    const { hostname, pathname, search } = new URL(address);
    return { hostname, path: pathname + search, ...(typeof options === "object" ? options : {}) };
  } catch {
    // What is no address fails as it would have.
    return {};
  }
}

module.exports = { reach };
