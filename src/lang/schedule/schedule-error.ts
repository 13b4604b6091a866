// A schedule expression that cannot be used. Each service answers it with its
// own code and words.

export class ScheduleError extends Error {
  override readonly name = "ScheduleError";
}
