// Page tokens of lists that expire after five minutes, as AWS's do.

import { invalidArgument, kinesisFault } from "./faults.ts";

const lifetimeMilliseconds = 300_000;

export function writeToken(place: object, now: number): string {
  return Buffer.from(JSON.stringify({ at: now, place })).toString("base64");
}

/** Whatever `place` was: a client that forges one sees no more than it may ask for anyway. */
export function readToken<T extends object>(token: string, now: number): T {
  let read: { readonly at?: unknown; readonly place?: unknown };
  try {
    read = JSON.parse(Buffer.from(token, "base64").toString()) as typeof read;
  } catch {
    throw invalidArgument("Invalid NextToken.");
  }
  const { at, place } = read ?? {};
  if (typeof at !== "number" || typeof place !== "object" || place === null) {
    throw invalidArgument("Invalid NextToken.");
  }
  if (now > at + lifetimeMilliseconds) {
    throw kinesisFault("ExpiredNextTokenException", "The provided NextToken is expired.");
  }
  return place as T;
}
