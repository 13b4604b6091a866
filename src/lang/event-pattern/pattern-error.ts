// A pattern that cannot be used. Each service answers it with its own code, and
// EventBridge with the place in the text as well.

export type Step = string | number;

export class EventPatternError extends Error {
  override readonly name = "EventPatternError";
  /** Names and positions that lead from the pattern's root to the fault. */
  readonly path: Step[] = [];
  /** Whether the fault shows at the end of what is there, for something is missing in it. */
  readonly atEnd: boolean;

  constructor(message: string, atEnd = false) {
    super(message);
    this.atEnd = atEnd;
  }
}

/** Runs `body` for what lies a step inside, so that faults know their path. */
export function within<T>(step: Step, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof EventPatternError) error.path.unshift(step);
    throw error;
  }
}
