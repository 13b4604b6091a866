// A text that is no JSONPath, or a path whose evaluation goes beyond all limits.
// Each service answers it with its own code.

export class JsonPathError extends Error {
  override readonly name = "JsonPathError";
}
