// What the command line says, in colour where the terminal has it and
// `NO_COLOR` is not set.

import { variable } from "./environment.ts";

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A failure in one line, without a stack: the person at the terminal needs to know what to do. */
export function printError(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`cumulet: ${message}\n`);
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export function paint(style: keyof typeof codes, text: string): string {
  const coloured = process.stdout.isTTY && variable("NO_COLOR") === undefined && variable("TERM") !== "dumb";
  return coloured ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}
