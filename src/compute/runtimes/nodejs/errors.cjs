// The errors that AWS's Node.js runtime raises itself, and the two forms in
// which any thrown value is told: the response to the caller, and the log.

"use strict";

function runtimeError(type) {
  return class extends Error {
    constructor(reason) {
      super(reason);
      this.name = `Runtime.${type}`;
    }
  };
}

const NodeJsExit = class extends runtimeError("NodeJsExit") {
  constructor() {
    super(
      "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes",
    );
  }
};

class UnhandledPromiseRejection extends Error {
  constructor(reason, promise) {
    super(String(reason));
    this.name = "Runtime.UnhandledPromiseRejection";
    this.reason = reason;
    this.promise = promise;
  }
}

function isError(value) {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

/** What the caller receives. */
function toResponse(error) {
  try {
    if (isError(error)) {
      return {
        errorType: String(error.name),
        errorMessage: String(error.message),
        trace: String(error.stack ?? "").split("\n"),
      };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return {
      errorType: "handled",
      errorMessage:
        "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack",
    };
  }
}

/** What the log shows: the error with its own properties, its stack as lines. */
function toLog(error) {
  try {
    return JSON.stringify(error, (_, value) => (isError(value) ? withAllProperties(value) : value));
  } catch {
    return JSON.stringify(toResponse(error));
  }
}

function withAllProperties(error) {
  return {
    errorType: error.name ?? "UnknownError",
    errorMessage: error.message,
    ...error,
    name: undefined,
    stack: typeof error.stack === "string" ? error.stack.split("\n") : error.stack,
  };
}

module.exports = {
  ImportModuleError: runtimeError("ImportModuleError"),
  HandlerNotFound: runtimeError("HandlerNotFound"),
  MalformedHandlerName: runtimeError("MalformedHandlerName"),
  UserCodeSyntaxError: runtimeError("UserCodeSyntaxError"),
  CallbackHandlerDeprecated: runtimeError("CallbackHandlerDeprecated"),
  MalformedStreamingHandler: runtimeError("MalformedStreamingHandler"),
  InvalidStreamingOperation: runtimeError("InvalidStreamingOperation"),
  NodeJsExit,
  UnhandledPromiseRejection,
  toResponse,
  toLog,
};
