// What passes between an environment and the runtime in it, whichever way the
// two speak: frames with Cumulet's own clients, HTTP with the user's bootstrap.

export interface InvocationHeader {
  readonly requestId: string;
  /** Epoch milliseconds of the machine's clock. */
  readonly deadline: number;
  readonly invokedArn: string;
  readonly traceHeader?: string;
  readonly clientContext?: string;
}

/** What the runtime says. */
export interface RuntimeEvents {
  /** It has started, and waits to be told its function. */
  waiting(): void;
  /** It is initialised, or done with its invocation, and takes the next. */
  next(peakKilobytes: number | undefined): void;
  response(payload: Uint8Array): void;
  /** The response was longer than AWS takes; it was not kept. */
  responseTooLarge(bytes: number): void;
  error(payload: Uint8Array): void;
  initError(payload: Uint8Array): void;
  streamBegin(contentType: string): void;
  streamChunk(chunk: Uint8Array): void;
  streamEnd(): void;
  streamError(payload: Uint8Array): void;
  log(message: string): void;
  /** It broke the rules of the conversation. */
  violation(what: string): void;
}

export interface RuntimeLink {
  /** Hands over an invocation to a runtime that asked for the next. */
  invoke(header: InvocationHeader, payload: Uint8Array): void;
  /** Stops and resumes reading, while nobody takes a streamed response. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** AWS's limit of a buffered response. */
export const maxResponseBytes = 6_291_556;
