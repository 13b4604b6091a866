// Invoke, in its three ways: at once, later, and not at all; and InvokeAsync,
// its predecessor.

import { notImplemented } from "../../../core/fault.ts";
import type { WaitingHandler } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  InvocationRequest,
  InvocationResponse,
  InvokeAsyncRequest,
  InvokeAsyncResponse,
} from "../../../model/generated/lambda.d.ts";
import { handleEvent, type StoredEvent } from "../invocation/events.ts";
import { checkPayload } from "../invocation/payload.ts";
import { loadTarget, logTail, runTarget } from "../invocation/run.ts";
import { type FunctionReference, functionReference } from "../name.ts";
import { findTarget } from "../target.ts";

export const invoke: WaitingHandler<InvocationRequest, InvocationResponse> = {
  waits: async (input, ctx) => {
    const reference = functionReference(input.FunctionName, ctx, input.Qualifier);
    if (input.TenantId !== undefined) throw notImplemented("lambda", "the parameter TenantId");
    if ("DurableExecutionName" in input && input.DurableExecutionName !== undefined) {
      throw notImplemented("lambda", "the parameter DurableExecutionName");
    }
    if (input.InvocationType === "DryRun") {
      checkPayload(input.Payload, "RequestResponse");
      await ctx.atomically((tx) => findTarget(tx, reference));
      return { StatusCode: 204 };
    }
    if (input.InvocationType === "Event") {
      await storeEvent(ctx, reference, checkPayload(input.Payload, "Event"), input.ClientContext);
      return { StatusCode: 202 };
    }
    const payload = checkPayload(input.Payload, "RequestResponse");
    const target = await loadTarget(ctx, reference);
    const { requestId, traceHeader } = ctx;
    const clientContext = input.ClientContext;
    const result = await runTarget(ctx, target, { requestId, payload, clientContext, traceHeader });
    return {
      StatusCode: 200,
      ExecutedVersion: target.configuration.version,
      Payload: result.payload as Uint8Array,
      ...(result.functionError === undefined ? {} : { FunctionError: result.functionError }),
      ...(input.LogType === "Tail" ? { LogResult: await logTail(result.logs) } : {}),
    };
  },
};

export const invokeAsync: WaitingHandler<InvokeAsyncRequest, InvokeAsyncResponse> = {
  waits: async (input, ctx) => {
    const reference = functionReference(input.FunctionName, ctx);
    const chunks: Uint8Array[] = [];
    for await (const chunk of input.InvokeArgs) chunks.push(chunk);
    await storeEvent(ctx, reference, checkPayload(Buffer.concat(chunks), "Event"), undefined);
    return { Status: 202 };
  },
};

/** Once this is committed the event will be handled. */
async function storeEvent(
  ctx: Waiting,
  reference: FunctionReference,
  payload: Uint8Array,
  clientContext: string | undefined,
): Promise<void> {
  const event: StoredEvent = {
    reference,
    requestId: ctx.requestId,
    payload: Buffer.from(payload).toString(),
    receivedAt: ctx.now(),
    failures: 0,
    throttles: 0,
    ...(clientContext === undefined ? {} : { clientContext }),
    ...(ctx.traceHeader === undefined ? {} : { traceHeader: ctx.traceHeader }),
  };
  await ctx.atomically(async (anyPlace) => {
    const tx = anyPlace.at(reference);
    await findTarget(tx, reference);
    tx.enqueue(handleEvent, event, { id: event.requestId });
  });
}
