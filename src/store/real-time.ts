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
