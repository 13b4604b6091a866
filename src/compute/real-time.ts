// The machine's own time, for what belongs to the outside world: how long real
// processes take, when they must be killed. Cumulet's clock may stand still;
// a function that runs for three seconds runs for three real ones.

/** Epoch milliseconds, as user code's own `Date.now()` sees them. */
export function epochMilliseconds(): number {
  return Date.now();
}

/** Milliseconds with fractions, only good for differences. */
export function monotonicMilliseconds(): number {
  return performance.now();
}

/** Calls `action` once, later. The function returned calls it off. */
export function after(milliseconds: number, action: () => void): () => void {
  const timer = setTimeout(action, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}

/** Calls `action` again and again, until the function returned is called. */
export function every(milliseconds: number, action: () => void): () => void {
  const timer = setInterval(action, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}

/** Resolves when what was readable at the time of the call has been read. */
export function pendingInputRead(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
