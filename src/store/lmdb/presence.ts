// How a process in a container shows that it lives: it listens on a socket in
// the data directory, which a kill closes with it. Process ids say nothing across
// containers; a file says nothing of a process that was killed.

import { readdirSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { join } from "node:path";

const suffix = ".owner.sock";

export interface Presence {
  /** The socket's name in the directory; undefined where none could be made (the path is too long, or the file system has none). */
  readonly name: string | undefined;
  end(): void;
}

/** `unique` tells this process from every other that may use the directory. */
export function showPresence(directory: string, unique: string): Promise<Presence> {
  const name = unique + suffix;
  return new Promise((resolve) => {
    const server: Server = createServer((socket) => socket.destroy());
    server.once("error", () => resolve({ name: undefined, end() {} }));
    // Closing removes the socket's file. It keeps nobody running.
    server.listen(join(directory, name), () => resolve({ name, end: () => void server.close() })).unref();
  });
}

export function isPresent(directory: string, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(join(directory, name));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** What killed processes left. */
export function removeTraces(directory: string, own: string | undefined): void {
  for (const name of readdirSync(directory)) {
    if (name.endsWith(suffix) && name !== own) rmSync(join(directory, name), { force: true });
  }
}
