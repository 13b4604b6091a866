// A function host for tests: each handler name runs a function of the test, in
// process, with the log lines that a real host would write.

import type {
  FunctionHost,
  FunctionSpec,
  Invocation,
  InvocationResult,
  LateLines,
  RoleCredentials,
} from "../../../core/ports/compute.ts";
import type { ByteStream } from "../../../model/shapes.ts";

export interface FakeCall {
  readonly spec: FunctionSpec;
  readonly invocation: Invocation;
  readonly event: unknown;
  readonly credentials: RoleCredentials;
}

/** What a test's function does: returns a JSON value, throws, or streams. */
export type FakeFunction = (
  call: FakeCall,
) => unknown | Promise<unknown> | { readonly stream: ByteStream; readonly contentType?: string };

export interface FakeFunctionHost extends FunctionHost {
  readonly calls: FakeCall[];
  readonly retired: string[];
  /** As an environment does that writes after its last invocation. */
  readonly lateLines: LateLines;
  readonly prepared: { readonly id: string; readonly count: number }[];
  /** All its places are taken. */
  full: boolean;
}

/** `functions` by handler (`index.handler`). */
export function fakeFunctionHost(functions: Readonly<Record<string, FakeFunction>>): FakeFunctionHost {
  const streams = new Map<string, string>();
  const calls: FakeCall[] = [];
  let late: LateLines | undefined;
  const retired: string[] = [];
  const prepared: { id: string; count: number }[] = [];
  return {
    calls,
    retired,
    prepared,
    full: false,
    hasRoom() {
      return !this.full;
    },
    invoke: async (spec, credentials, invocation): Promise<InvocationResult> => {
      const logStreamName = streams.get(spec.id) ?? spec.logStreamName();
      streams.set(spec.id, logStreamName);
      const event = JSON.parse(Buffer.from(invocation.payload).toString());
      const call = { spec, invocation, event, credentials: await credentials() };
      calls.push(call);
      const { requestId } = invocation;
      const messages = [
        `START RequestId: ${requestId} Version: ${spec.version}\n`,
        `END RequestId: ${requestId}\n`,
        `REPORT RequestId: ${requestId}\tDuration: 1.00 ms\n`,
      ];
      const logs = Promise.resolve(messages.map((message) => ({ timestamp: 1_704_067_200_000, message })));
      const run = functions[spec.handler];
      try {
        const value = await run?.(call);
        if (typeof value === "object" && value !== null && "stream" in value) {
          const { stream, contentType } = value as { stream: ByteStream; contentType?: string };
          return {
            payload: stream,
            logs,
            logStreamName,
            ...(contentType === undefined ? {} : { contentType }),
          };
        }
        return { payload: Buffer.from(JSON.stringify(value ?? null)), logs, logStreamName };
      } catch (error) {
        const { name: errorType, message: errorMessage } = error as Error;
        const payload = Buffer.from(JSON.stringify({ errorMessage, errorType, trace: [] }));
        return { payload, functionError: "Unhandled", logs, logStreamName };
      }
    },
    prepare: async (spec, _credentials, count) => {
      prepared.push({ id: spec.id, count });
    },
    retire: (id) => {
      streams.delete(id);
      retired.push(id);
    },
    onLateLines: (listener) => {
      late = listener;
    },
    lateLines: (spec, stream, lines) => late?.(spec, stream, lines),
    stop: async () => undefined,
  };
}
