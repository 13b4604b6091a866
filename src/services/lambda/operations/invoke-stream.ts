// InvokeWithResponseStream: the response as events while the function writes it.

import type { InvocationResult } from "../../../core/ports/compute.ts";
import { StreamError } from "../../../core/ports/compute.ts";
import type { WaitingHandler } from "../../../core/service.ts";
import type {
  InvokeWithResponseStreamRequest,
  InvokeWithResponseStreamResponse,
  InvokeWithResponseStreamResponseEvent,
} from "../../../model/generated/lambda.d.ts";
import { checkPayload } from "../invocation/payload.ts";
import { loadTarget, logTail, runTarget } from "../invocation/run.ts";
import { functionReference } from "../name.ts";
import { findTarget } from "../target.ts";

export const invokeWithResponseStream: WaitingHandler<
  InvokeWithResponseStreamRequest,
  InvokeWithResponseStreamResponse
> = {
  waits: async (input, ctx) => {
    const reference = functionReference(input.FunctionName, ctx, input.Qualifier);
    const payload = checkPayload(input.Payload, "RequestResponse");
    if (input.InvocationType === "DryRun") {
      await ctx.atomically((tx) => findTarget(tx, reference));
      return { StatusCode: 204 };
    }
    const target = await loadTarget(ctx, reference);
    const { requestId, traceHeader } = ctx;
    const result = await runTarget(ctx, target, {
      requestId,
      payload,
      clientContext: input.ClientContext,
      traceHeader,
      streaming: true,
    });
    return {
      StatusCode: 200,
      ExecutedVersion: target.configuration.version,
      ResponseStreamContentType: "application/vnd.amazon.eventstream",
      EventStream: events(result, input.LogType === "Tail"),
    };
  },
};

async function* events(
  result: InvocationResult,
  tail: boolean,
): AsyncGenerator<InvokeWithResponseStreamResponseEvent> {
  const { payload, functionError } = result;
  let failure: { ErrorCode: string; ErrorDetails: string } | undefined;
  if (functionError !== undefined && payload instanceof Uint8Array) {
    failure = { ErrorCode: functionError, ErrorDetails: Buffer.from(payload).toString() };
  }
  if (payload instanceof Uint8Array) yield { PayloadChunk: { Payload: payload } };
  else {
    try {
      for await (const chunk of payload) yield { PayloadChunk: { Payload: chunk } };
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      failure = { ErrorCode: error.errorType, ErrorDetails: Buffer.from(error.payload).toString() };
    }
  }
  yield { InvokeComplete: { ...failure, ...(tail ? { LogResult: await logTail(result.logs) } : {}) } };
}
