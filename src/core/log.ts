// The log: one structured entry per operation and per accident. Where it goes
// is the composition's choice; core only says what happened.

export interface LogEntry {
  readonly level: "debug" | "info" | "warn" | "error";
  /** `call`, `job`, `fault`, `start`: what kind of thing happened. */
  readonly event: string;
  readonly [field: string]: unknown;
}

export type Log = (entry: LogEntry) => void;

/** What is worth keeping of something thrown that nobody expected. */
export function accident(error: unknown): { readonly message: string; readonly stack?: string | undefined } {
  return error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) };
}
