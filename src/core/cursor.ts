// Page cursors: where a list stopped, as an opaque text that a client hands
// back. It is the last key, relative to the list's own prefix.

import type { Key } from "./ports/store.ts";
import { CursorError } from "./transaction.ts";

export function encodeCursor(prefix: Key, last: Key): string {
  return Buffer.from(last.slice(prefix.length), "latin1").toString("base64url");
}

/** The key to go on from. Any text that is not one of ours throws `CursorError`. */
export function decodeCursor(prefix: Key, cursor: string): Key {
  const bytes = Buffer.from(cursor, "base64url");
  if (bytes.length === 0 || bytes.toString("base64url") !== cursor) {
    throw new CursorError("The page token is not valid.");
  }
  return prefix + bytes.toString("latin1");
}
