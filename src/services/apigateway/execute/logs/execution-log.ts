// What happens to a request, step by step, in the words of API Gateway's
// execution logs: for CloudWatch Logs where the stage asks for it, and for test
// invocations always.

export interface ExecutionLog {
  /** Whether lines are kept at all: who would work to make one asks first. */
  readonly on: boolean;
  readonly info: (line: string) => void;
  /** Headers and bodies: only where the stage traces data. */
  readonly data: (line: string) => void;
  readonly error: (line: string) => void;
}

const ignore = (): void => undefined;

export const noLog: ExecutionLog = { on: false, info: ignore, data: ignore, error: ignore };

export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly text: string;
}

/** A body in a log is cut off. */
const longestLine = 1024;
const mostLines = 200;

export function collectingLog(
  now: () => number,
  levels: { readonly info: boolean; readonly data: boolean },
): ExecutionLog & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const add = (line: string): void => {
    if (lines.length >= mostLines) return;
    lines.push({
      at: now(),
      text: line.length > longestLine ? `${line.slice(0, longestLine)} [TRUNCATED]` : line,
    });
  };
  return {
    on: true,
    lines,
    info: levels.info ? add : ignore,
    data: levels.data ? add : ignore,
    error: add,
  };
}

/** `{a=1, b=2}`, as Java prints a map. */
export function printed(values: Iterable<readonly [string, string | readonly string[]]>): string {
  return `{${[...values].map(([name, value]) => `${name}=${String(value)}`).join(", ")}}`;
}
