// Task tokens: they tell which wait they answer, and hold enough chance that
// nobody guesses one.

import type { Chance } from "./asl/run.ts";

export interface TokenAddress {
  readonly executionArn: string;
  readonly frame: number;
  readonly sequence: number;
}

export function makeToken(executionArn: string, frame: number, sequence: number, chance: Chance): string {
  return Buffer.from(JSON.stringify([executionArn, frame, sequence, chance.uuid()])).toString("base64");
}

/** Undefined for what is no token of ours. The frame that it names knows whether it is genuine. */
export function readToken(token: string): TokenAddress | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64").toString());
    if (!Array.isArray(parts) || parts.length !== 4) return undefined;
    const [executionArn, frame, sequence] = parts as unknown[];
    if (typeof executionArn !== "string" || typeof frame !== "number" || typeof sequence !== "number") {
      return undefined;
    }
    return { executionArn, frame, sequence };
  } catch {
    return undefined;
  }
}
