// How AWS words what goes wrong around user code: the error payloads that
// callers receive, and the lines that the log shows.

import { constants } from "node:os";

export interface Failure {
  readonly errorType: string;
  readonly payload: Uint8Array;
  /** What the log says, beyond what the runtime itself wrote. */
  readonly logLine?: string;
}

/** How a runtime process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

function failure(errorType: string, errorMessage: string, logLine?: string): Failure {
  const payload = Buffer.from(JSON.stringify({ errorType, errorMessage }));
  return logLine === undefined ? { errorType, payload } : { errorType, payload, logLine };
}

export function timedOut(requestId: string, milliseconds: number, now: number): Failure {
  const text = `Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`;
  const time = new Date(now).toISOString();
  return failure(
    "Sandbox.Timedout",
    `RequestId: ${requestId} Error: ${text}`,
    `${time} ${requestId} ${text}\n\n`,
  );
}

export function exited(requestId: string, exit: ProcessExit): Failure {
  const text = `RequestId: ${requestId} Error: ${describeExit(exit)}`;
  return failure("Runtime.ExitError", text, `${text}\nRuntime.ExitError\n`);
}

export function responseTooLarge(bytes: number, limit: number): Failure {
  return failure(
    "Function.ResponseSizeTooLarge",
    `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${limit} bytes).`,
  );
}

/** Thrown where a runtime has nothing to start. */
export class InvalidEntrypoint extends Error {
  override readonly name = "InvalidEntrypoint";
}

/** `provided.*`: there is no file to execute, or it cannot be executed. */
export function invalidEntrypoint(requestId: string): Failure {
  const text = `RequestId: ${requestId} Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]`;
  return failure("Runtime.InvalidEntrypoint", text, `${text}\nRuntime.InvalidEntrypoint\n`);
}

/** An error that the runtime itself reported, as JSON with an `errorType`. */
export function reported(payload: Uint8Array, otherwise: string): Failure {
  return { errorType: errorTypeOf(payload) ?? otherwise, payload };
}

function errorTypeOf(payload: Uint8Array): string | undefined {
  try {
    const type: unknown = JSON.parse(Buffer.from(payload).toString()).errorType;
    return typeof type === "string" ? type : undefined;
  } catch {
    return undefined;
  }
}

const signalWords: Readonly<Record<string, string>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGQUIT: "quit",
  SIGILL: "illegal instruction",
  SIGTRAP: "trace/breakpoint trap",
  SIGABRT: "aborted",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGPIPE: "broken pipe",
  SIGTERM: "terminated",
};

function describeExit(exit: ProcessExit): string {
  const signal = exit.signal ?? signalOfStatus(exit.code);
  if (signal !== undefined) return `Runtime exited with error: signal: ${signalWords[signal] ?? signal}`;
  if (exit.code === 0) return "Runtime exited without providing a reason";
  return `Runtime exited with error: exit status ${exit.code}`;
}

/**
 * bubblewrap, like a shell, tells of a signal as 128 and its number. Only what ends
 * processes by accident or by force is read so: 129 is what AWS's Node.js runtime exits with.
 */
function signalOfStatus(code: number | null): string | undefined {
  const number = (code ?? 0) - 128;
  return fatalSignals.find((name) => constants.signals[name] === number);
}

const fatalSignals = ["SIGILL", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGSEGV", "SIGTERM"] as const;
