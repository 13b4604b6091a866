// The numbers that parts may have.

import { invalidArgument } from "../faults.ts";

const highest = 10_000;

export function checkPartNumber(number: number): void {
  if (number >= 1 && number <= highest) return;
  const message = `Part number must be an integer between 1 and ${highest}, inclusive`;
  throw invalidArgument(message, "partNumber", number);
}
