// A scope for tests of the query languages.

import type { Json, Scope } from "./scope.ts";

export function testScope(input: Json, rest: Partial<Scope> = {}): Scope {
  return {
    input,
    context: { Execution: { Name: "run" }, State: { Name: "X" } },
    variables: {},
    now: Date.UTC(2024, 0, 1),
    random: () => 0.5,
    uuid: () => "8f3b1c9e-0000-4000-8000-000000000000",
    ...rest,
  };
}

/** What an evaluation fails with: the error's name and its cause. */
export async function failureOf(evaluate: () => unknown): Promise<{ error: string; cause: string }> {
  try {
    await evaluate();
  } catch (thrown) {
    const { error, cause } = thrown as { readonly error: string; readonly cause: string };
    return { error, cause };
  }
  throw new Error("The evaluation did not fail.");
}
