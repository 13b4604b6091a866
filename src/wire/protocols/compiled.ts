// Compiling closures once: a function of a shape whose results are kept for as
// long as the model is. Models are constants, so this is no state.

export function compiled<S extends object, T>(compile: (shape: S) => T): (shape: S) => T {
  const results = new WeakMap<S, T>();
  return (shape) => {
    let result = results.get(shape);
    if (result === undefined && !results.has(shape)) {
      result = compile(shape);
      results.set(shape, result);
    }
    return result as T;
  };
}
