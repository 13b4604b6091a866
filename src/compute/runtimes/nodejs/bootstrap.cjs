// Cumulet's runtime client for Node.js. It starts before it knows which
// function it will be: it waits for its assignment, loads the handler, then
// serves one invocation at a time until it is killed.

"use strict";

const frames = require("./frames.cjs");
const errors = require("./errors.cjs");
const logging = require("./console.cjs");
const handlers = require("./handler.cjs");
const contexts = require("./context.cjs");
const ownHttps = require("./own-https.cjs");
const streaming = require("./streaming.cjs");

const asyncFunction = Object.getPrototypeOf(async () => {}).constructor;

/** The invocation that runs, or nothing: a settled one takes no second answer. */
let current;
let handler;

function peakMemoryKilobytes() {
  try {
    const status = require("node:fs").readFileSync("/proc/self/status", "latin1");
    return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

/** Ends an invocation with the user's answer: the frame is written once. */
function answer(type, payload) {
  if (current === undefined) return;
  current = undefined;
  frames.write(type, payload);
  // One more turn of the loop, as on AWS, before it stops until the next invocation.
  setImmediate(next);
}

function fail(error) {
  const invocation = current;
  if (invocation === undefined) return;
  logging.logError("Invoke Error", error);
  answer(invocation.stream?.begun ? "X" : "E", JSON.stringify(errors.toResponse(error)));
}

function succeed(result) {
  let text;
  try {
    text = JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch {
    fail(new Error("Unable to stringify response body"));
    return;
  }
  answer("R", text);
}

function next() {
  frames.write("N", String(peakMemoryKilobytes()));
  const frame = frames.read();
  const size = frame.payload.readUInt32LE(0);
  const header = JSON.parse(frame.payload.subarray(4, 4 + size).toString());
  const body = frame.payload.subarray(4 + size);
  if (header.traceHeader === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = header.traceHeader;
  logging.setRequestId(header.requestId);
  // A turn of the loop first: it sees the connections that ended while it stood
  // still, so that a keep-alive agent does not hand out a dead one.
  setImmediate(run, header, body);
}

function run(header, body) {
  const invocation = { stream: undefined, whenLoopIsEmpty: undefined };
  current = invocation;
  try {
    const event = JSON.parse(body.toString());
    if (typeof event?.ResponseURL === "string") require("./response-url.cjs").reach(event.ResponseURL);
    if (event?.requestContext?.connectionId !== undefined) ownHttps.install();
    if (streaming.isStreaming(handler)) runStreaming(invocation, header, event);
    else runBuffered(invocation, header, event);
  } catch (error) {
    if (current === invocation) fail(error);
  }
}

function runBuffered(invocation, header, event) {
  const settle = (error, result) => {
    if (current !== invocation) return;
    if (error !== undefined && error !== null) fail(error);
    else if (context.callbackWaitsForEmptyEventLoop) invocation.whenLoopIsEmpty ??= () => succeed(result);
    else succeed(result);
  };
  const context = contexts.create(header, settle);
  const result = handler(event, context, settle);
  if (typeof result?.then === "function") {
    result.then(
      (value) => current === invocation && succeed(value),
      (error) => current === invocation && fail(error),
    );
  }
}

function runStreaming(invocation, header, event) {
  const watermark = streaming.highWaterMarkOf(handler);
  const stream = new streaming.ResponseStream(watermark === undefined ? {} : { highWaterMark: watermark });
  invocation.stream = stream;
  const finish = () => {
    if (current !== invocation) return;
    current = undefined;
    setImmediate(next);
  };
  stream.on("finish", finish);
  stream.on("error", (error) => current === invocation && fail(error));
  const settle = (error) => current === invocation && error !== undefined && error !== null && fail(error);
  const result = handler(event, stream, contexts.create(header, settle));
  if (typeof result?.then !== "function") return;
  result.then(undefined, (error) => current === invocation && fail(error));
}

/** The loop ran dry: the answer of a callback that waited for it, or a handler that will never answer. */
function onBeforeExit() {
  const invocation = current;
  if (invocation === undefined) return;
  if (invocation.whenLoopIsEmpty !== undefined) invocation.whenLoopIsEmpty();
  else if (invocation.stream !== undefined || handler instanceof asyncFunction) {
    answer(invocation.stream?.begun ? "X" : "E", JSON.stringify(errors.toResponse(new errors.NodeJsExit())));
  } else succeed(null);
}

function dieOf(title, error, exitCode) {
  logging.logError(title, error);
  const type = current?.stream?.begun ? "X" : "E";
  if (handler === undefined) frames.write("I", JSON.stringify(errors.toResponse(error)));
  else if (current !== undefined) frames.write(type, JSON.stringify(errors.toResponse(error)));
  current = undefined;
  process.exit(exitCode);
}

async function start() {
  frames.write("W", "");
  const assignment = JSON.parse(frames.read().payload.toString());
  for (const [name, value] of Object.entries(assignment.environment)) process.env[name] = value;
  process.chdir(assignment.taskRoot);
  if (process.env.NODE_PATH !== undefined) require("node:module").Module._initPaths();
  logging.install();
  streaming.install();
  if (Object.values(assignment.environment).some(ownHttps.mentions)) ownHttps.install();
  process.on("uncaughtException", (error) => dieOf("Uncaught Exception", error, 129));
  process.on("unhandledRejection", (reason, promise) =>
    dieOf("Unhandled Promise Rejection", new errors.UnhandledPromiseRejection(reason, promise), 128),
  );
  process.on("beforeExit", onBeforeExit);
  // The client's own arguments are none of the function's business.
  process.argv.length = 2;
  const loaded = await handlers.load(assignment.taskRoot, assignment.handler);
  if (assignment.rejectCallbacks && loaded.length > 2 && !streaming.isStreaming(loaded)) {
    throw new errors.CallbackHandlerDeprecated(
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.",
    );
  }
  handler = loaded;
  next();
}

start().catch((error) => dieOf("Uncaught Exception", error, 1));
