// What can go wrong with a store beyond a lost race, each with what to do about it.

/** Another live process has the data directory. */
export class StoreLockedError extends Error {
  override readonly name = "StoreLockedError";
  readonly pid: number;

  constructor(directory: string, pid: number) {
    super(
      `The data directory ${directory} is in use by process ${pid}. Stop it, or choose another directory.`,
    );
    this.pid = pid;
  }
}

/** The data was written by a newer version, or is no data of ours. */
export class StoreVersionError extends Error {
  override readonly name = "StoreVersionError";
}

/** The data cannot be read: not a database, cut short, or damaged. */
export class StoreCorruptError extends Error {
  override readonly name = "StoreCorruptError";
}

/** The disk is full, or failing: the transaction was not written. Earlier ones stand. */
export class StoreWriteError extends Error {
  override readonly name = "StoreWriteError";
}

/** The store was closed before the transaction could commit. */
export class StoreClosedError extends Error {
  override readonly name = "StoreClosedError";

  constructor() {
    super("The store is closed");
  }
}

/** A key is longer than the store can hold. */
export class KeyTooLongError extends Error {
  override readonly name = "KeyTooLongError";

  constructor(length: number, most: number) {
    super(`A key of ${length} bytes is longer than the ${most} that the store can hold`);
  }
}
