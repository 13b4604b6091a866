// The `context` argument of a handler.

"use strict";

/** `header` is the invocation's, as Cumulet sent it; `settle` ends the invocation. */
function create(header, settle) {
  const parse = (text) => (text === undefined ? undefined : JSON.parse(text));
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parse(header.clientContext),
    identity: parse(header.cognitoIdentity),
    invokedFunctionArn: header.invokedArn,
    awsRequestId: header.requestId,
    getRemainingTimeInMillis: () => header.deadline - Date.now(),
    succeed: (result) => settle(undefined, result),
    fail: (error) => settle(error === undefined || error === null ? "handled" : error),
    done: (error, result) => settle(error, result),
  };
  return context;
}

module.exports = { create };
