// Why a cloud could not start, in words for the person who started it: what the
// system says (`EADDRINUSE`) becomes what is wrong and what to do.

import { StoreCorruptError, StoreLockedError, StoreVersionError, StoreWriteError } from "../store/errors.ts";

export class StartError extends Error {
  override readonly name = "StartError";
}

interface Asked {
  readonly host: string;
  readonly port: number;
  /** Absent for an ephemeral cloud. */
  readonly dataDirectory: string | undefined;
  /** The database's address, which may hold a password. */
  readonly store: string | undefined;
}

/** These say themselves what is wrong and what to do. */
const ofStore = [StoreLockedError, StoreVersionError, StoreCorruptError, StoreWriteError];

/** The error itself where nobody expected it. */
export function explained(error: unknown, { host, port, dataDirectory, store }: Asked): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const say = (message: string): StartError => new StartError(message, { cause: error });
  if (ofStore.some((kind) => error instanceof kind)) return say((error as Error).message);
  if (store !== undefined && !URL.canParse(store)) {
    return say("The store is no address. Write postgres://user@host:5432/database.");
  }
  if (store !== undefined && (syscall === "connect" || /^[0-9A-Z]{5}$/.test(code ?? ""))) {
    const { hostname, port, pathname } = new URL(store);
    return say(
      `The database at ${hostname}:${port || 5432}${pathname} cannot be used: ${(error as Error).message}`,
    );
  }
  if (syscall === "listen" || syscall === "getaddrinfo") {
    if (code === "EADDRINUSE")
      return say(`Port ${port} is in use. Stop what uses it, or choose another, 0 for any that is free.`);
    if (code === "EACCES") return say(`Port ${port} needs privileges. Choose one above 1023.`);
    if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT")
      return say(`${host} is not an address of this machine.`);
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") return say(`${host} is not a name of this machine.`);
  } else if (dataDirectory !== undefined) {
    if (code === "EEXIST" || code === "ENOTDIR")
      return say(`The data directory ${dataDirectory} is a file, or lies below one. Choose another.`);
    if (code === "EACCES" || code === "EPERM" || code === "EROFS")
      return say(`The data directory ${dataDirectory} cannot be written (${code}). Choose another.`);
    if (code === "ENOSPC") return say(`There is no space left for the data directory ${dataDirectory}.`);
  }
  return error;
}
