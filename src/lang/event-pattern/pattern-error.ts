// A pattern that cannot be used. Each service answers it with its own code.

export class EventPatternError extends Error {
  override readonly name = "EventPatternError";
}
