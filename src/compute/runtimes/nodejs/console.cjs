// `console` as AWS's Node.js runtime patches it: each call is one log event,
// whatever newlines it holds, in the text or the JSON log format.

"use strict";

const util = require("node:util");
const frames = require("./frames.cjs");
const { toLog } = require("./errors.cjs");

const levels = { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 };
const methods = {
  trace: "TRACE",
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
  fatal: "FATAL",
};

let requestId;
let json = false;
let threshold = levels.TRACE;

/** The invocation that lines belong to from now on. */
function setRequestId(id) {
  requestId = id;
}

function install() {
  json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === "JSON";
  threshold = levels[process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()] ?? (json ? levels.INFO : levels.TRACE);
  for (const [method, level] of Object.entries(methods)) {
    console[method] = levels[level] < threshold ? () => {} : (...values) => log(level, values);
  }
}

function log(level, values) {
  frames.write("L", json ? jsonLine(level, values) : textLine(level, util.format(...values)));
}

function textLine(level, message) {
  return `${new Date().toISOString()}\t${requestId}\t${level}\t${message}`;
}

function jsonLine(level, values) {
  const entry = { timestamp: new Date().toISOString(), level };
  if (requestId !== undefined) entry.requestId = requestId;
  const error = values.find((value) => value instanceof Error);
  if (values.length === 1) {
    const [value] = values;
    if (error !== undefined) entry.message = JSON.parse(toLog(error));
    else if (typeof value === "object" && value !== null) {
      try {
        return JSON.stringify({ ...entry, message: value });
      } catch {
        entry.message = util.format(value);
      }
    } else entry.message = util.format(value);
    return JSON.stringify(entry);
  }
  entry.message = util.format(...values);
  if (error !== undefined) {
    entry.errorType = error.name;
    entry.errorMessage = error.message;
    entry.stackTrace = String(error.stack ?? "")
      .split("\n")
      .slice(1);
  }
  return JSON.stringify(entry);
}

/** An error that ends an invocation or the process: `Invoke Error`, `Uncaught Exception`. */
function logError(title, error) {
  if (json) jsonError(error);
  else frames.write("L", textLine("ERROR", `${title} \t${toLog(error)}`));
}

function jsonError(error) {
  const told = JSON.parse(toLog(error) ?? "null");
  const entry = { timestamp: new Date().toISOString(), level: "ERROR" };
  if (requestId !== undefined) entry.requestId = requestId;
  frames.write("L", JSON.stringify({ ...entry, message: told }));
}

module.exports = { install, setRequestId, logError };
