// Functions as integrations and authorizers: which one an address means, and
// its invocation as API Gateway, or under the role that is configured.

import { Fault } from "../core/fault.ts";
import type { Waiting } from "../core/waiting.ts";
import type { Lambda } from "../model/generated/lambda.d.ts";
import { modelOf } from "../model/handle.ts";
import { withCredentials } from "./credentials.ts";

const lambda = modelOf<Lambda>("lambda");

const invocationPath =
  /^arn:aws[^:]*:apigateway:[^:]+:(?:[^:.]+\.)?lambda:path\/2015-03-31\/functions\/(.+)\/(?:invocations|response-streaming-invocations)$/;

/** The function's ARN (or name) that a URI means: an ARN itself, or API Gateway's path to its invocation. */
export function functionOfUri(uri: string): string | undefined {
  const [, named] = invocationPath.exec(uri) ?? [];
  if (named !== undefined) return named;
  return /^arn:aws[^:]*:lambda:[^:]+:\d{12}:function:.+$/.test(uri) ? uri : undefined;
}

export interface FunctionCall {
  /** An ARN or a name; stage variables are resolved. */
  readonly functionName: string;
  readonly payload: Uint8Array;
  /** A role's ARN, or `arn:aws:iam::*:user/*` for the caller's own. */
  readonly credentials?: string | undefined;
  /** For whom API Gateway calls: `arn:aws:execute-api:...`. */
  readonly sourceArn: string;
  /** The request waits no longer; the function may go on. */
  readonly timeoutMilliseconds: number;
}

export type FunctionAnswer =
  | { readonly kind: "answered"; readonly payload: Uint8Array; readonly functionError: string | undefined }
  /** It could not be invoked: there is none, it may not be called, it is throttled. */
  | { readonly kind: "refused"; readonly fault: Fault }
  | { readonly kind: "timed out" };

export async function invokeFunction(ctx: Waiting, call: FunctionCall): Promise<FunctionAnswer> {
  const [, , , region, account] = call.functionName.split(":");
  const place = region !== undefined && account !== undefined ? { region, account } : {};
  const caller = withCredentials(ctx, call.credentials, call.sourceArn).at(place);
  const invoked = caller
    .call(lambda, "Invoke", { FunctionName: call.functionName, Payload: call.payload })
    .then(
      ({ Payload = new Uint8Array(), FunctionError }): FunctionAnswer => ({
        kind: "answered",
        payload: Payload,
        functionError: FunctionError,
      }),
      (error: unknown): FunctionAnswer => {
        if (error instanceof Fault) return { kind: "refused", fault: error };
        throw error;
      },
    );
  return within(ctx, call.timeoutMilliseconds, invoked, { kind: "timed out" });
}

/** What comes in time, else `late`. */
export async function within<T>(ctx: Waiting, milliseconds: number, wanted: Promise<T>, late: T): Promise<T> {
  const over = new AbortController();
  const deadline = ctx.now() + milliseconds;
  const waited = ctx.beside((waiting) => waiting.sleepUntil(deadline), over.signal).then(() => late);
  try {
    return await Promise.race([wanted, waited]);
  } finally {
    // With a reason of its own none is made, stack and all, for every request.
    over.abort("over");
  }
}
