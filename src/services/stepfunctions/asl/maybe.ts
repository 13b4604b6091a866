// Values that are there at once, or come later. JSONPath never waits and
// JSONata sometimes does; a promise where none is needed would cost more than
// a whole state.

export type Maybe<T> = T | Promise<T>;

export function chain<T, U>(value: Maybe<T>, next: (value: T) => Maybe<U>): Maybe<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** As `chain`, with what is thrown or rejected given to `failed`. */
export function attempt<T>(run: () => Maybe<T>, failed: (error: unknown) => Maybe<T>): Maybe<T> {
  try {
    const value = run();
    return value instanceof Promise ? value.catch(failed) : value;
  } catch (error) {
    return failed(error);
  }
}

/** Runs `body` for each in order, without a promise where nothing waits. */
export function each<T>(
  values: readonly T[],
  body: (value: T, index: number) => Maybe<void>,
  from = 0,
): Maybe<void> {
  for (let at = from; at < values.length; at++) {
    const pending = body(values[at]!, at);
    if (pending instanceof Promise) return pending.then(() => each(values, body, at + 1));
  }
}
