// The function's end of the wire to Cumulet: frames over the socket that was
// inherited as descriptor 3. Reads and writes block on purpose. Blocking in
// `read` between invocations stops the event loop, which is what AWS's freeze
// does, and a blocking `write` cannot lose a line to `process.exit()`.

"use strict";

const fs = require("node:fs");

const descriptor = 3;
const headerSize = 5;
const pause = new Int32Array(new SharedArrayBuffer(4));

function waitABit() {
  Atomics.wait(pause, 0, 0, 1);
}

function readExactly(size) {
  const buffer = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    try {
      const count = fs.readSync(descriptor, buffer, filled, size - filled, null);
      // The end of the stream: Cumulet has gone, and so must the function.
      if (count === 0) process.kill(process.pid, "SIGKILL");
      filled += count;
    } catch (error) {
      if (error.code === "EAGAIN") waitABit();
      else if (error.code !== "EINTR") process.kill(process.pid, "SIGKILL");
    }
  }
  return buffer;
}

/** Blocks until the next frame has come. */
function read() {
  const header = readExactly(headerSize);
  return { type: String.fromCharCode(header[4]), payload: readExactly(header.readUInt32LE(0)) };
}

/** Returns when the frame is on its way: the socket has taken all of it. */
function write(type, payload) {
  const body = typeof payload === "string" ? Buffer.from(payload) : payload;
  let frame = Buffer.allocUnsafe(headerSize);
  frame.writeUInt32LE(body.length, 0);
  frame[4] = type.charCodeAt(0);
  frame = body.length === 0 ? frame : Buffer.concat([frame, body]);
  let sent = 0;
  while (sent < frame.length) {
    try {
      sent += fs.writeSync(descriptor, frame, sent, frame.length - sent);
    } catch (error) {
      if (error.code === "EAGAIN") waitABit();
      else if (error.code === "EPIPE") process.kill(process.pid, "SIGKILL");
      else if (error.code !== "EINTR") throw error;
    }
  }
}

module.exports = { read, write };
