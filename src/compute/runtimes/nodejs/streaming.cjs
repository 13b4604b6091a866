// Response streaming as user code sees it: the `awslambda` global and the
// stream that a streaming handler writes to.

"use strict";

const { Writable } = require("node:stream");
const frames = require("./frames.cjs");
const { InvalidStreamingOperation } = require("./errors.cjs");

const streamingMark = Symbol.for("aws.lambda.runtime.handler.streaming");
const highWaterMark = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");
const integrationType = "application/vnd.awslambda.http-integration-response";

const pieceSize = 64 * 1024;

/** The stream of one invocation. The response begins with its first byte, or with its end. */
class ResponseStream extends Writable {
  #contentType;
  #begun = false;
  get begun() {
    return this.#begun;
  }

  setContentType(contentType) {
    if (this.#begun) throw new InvalidStreamingOperation("Cannot set content-type, too late.");
    this.#contentType = contentType;
  }

  #begin() {
    if (this.#begun) return;
    this.#begun = true;
    frames.write("S", this.#contentType ?? "application/octet-stream");
    const prelude = this._onBeforeFirstWrite;
    prelude?.((chunk) => frames.write("C", chunk));
  }

  write(chunk, encoding, callback) {
    // As on AWS, objects are written as JSON rather than refused.
    const plain = typeof chunk === "string" || ArrayBuffer.isView(chunk);
    return super.write(plain ? chunk : JSON.stringify(chunk), encoding, callback);
  }

  _write(chunk, _encoding, callback) {
    this.#begin();
    for (let at = 0; at < chunk.length; at += pieceSize)
      frames.write("C", chunk.subarray(at, at + pieceSize));
    callback();
  }

  _final(callback) {
    this.#begin();
    frames.write("F", "");
    callback();
  }
}

function install() {
  globalThis.awslambda = {
    streamifyResponse(handler, options) {
      handler[streamingMark] = "response";
      if (options?.highWaterMark !== undefined)
        handler[highWaterMark] = Number.parseInt(options.highWaterMark, 10);
      return handler;
    },
    HttpResponseStream: {
      from(stream, prelude) {
        stream.setContentType(integrationType);
        stream._onBeforeFirstWrite = (write) => {
          write(JSON.stringify(prelude));
          write(new Uint8Array(8));
        };
        return stream;
      },
    },
  };
}

module.exports = {
  install,
  ResponseStream,
  isStreaming: (handler) => handler[streamingMark] === "response",
  highWaterMarkOf: (handler) => handler[highWaterMark],
};
