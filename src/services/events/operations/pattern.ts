// TestEventPattern.

import type { Transaction } from "../../../core/transaction.ts";
import { type Input, invalid, type Output } from "../model.ts";
import { readPattern } from "../rules/pattern.ts";

const envelope = ["id", "account", "source", "time", "region", "resources", "detail-type"] as const;

export async function testEventPattern(
  input: Input<"TestEventPattern">,
  _tx: Transaction,
): Promise<Output<"TestEventPattern">> {
  const test = readPattern(input.EventPattern);
  let event: unknown;
  try {
    event = JSON.parse(input.Event);
  } catch {
    throw invalid("Parameter Event is not valid.");
  }
  if (typeof event !== "object" || event === null) throw invalid("Parameter Event is not valid.");
  for (const name of envelope) {
    if (!(name in event))
      throw invalid(`Parameter Event is not valid. Reason: ${name} is a required argument.`);
  }
  return { Result: test(event) };
}
