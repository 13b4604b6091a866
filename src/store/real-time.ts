// The machine's own time, in which file systems and disks live, and which stands
// beside the cloud's clock: a blob in memory is as old as its file would be.

/** Epoch milliseconds. */
export function epochMilliseconds(): number {
  return Date.now();
}

/** Calls `action` again and again, until the function returned is called. Keeps no process running. */
export function every(milliseconds: number, action: () => void): () => void {
  const timer = setInterval(action, milliseconds).unref();
  return () => clearInterval(timer);
}

/** Resolves when what the event loop has at hand is done. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Resolves later. Keeps no process running. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}

/** Before the n-th further attempt (from 1): ten milliseconds, then twice as long each time up to a second, jittered. */
export function backOff(attempt: number): Promise<void> {
  return pause(Math.min(5 * 2 ** attempt, 1000) * (0.5 + Math.random() / 2));
}
