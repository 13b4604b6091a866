// Partial failures: which events of a batch the answer of a function or an
// execution says have failed.

/** The ids of the failed, or `all` where the answer names what was never in the batch. */
export function batchItemFailures(answer: unknown, ids: ReadonlySet<string>): ReadonlySet<string> | "all" {
  if (typeof answer !== "object" || answer === null) return new Set();
  const { batchItemFailures: failures } = answer as { readonly batchItemFailures?: unknown };
  if (!Array.isArray(failures)) return new Set();
  const failed = new Set<string>();
  for (const failure of failures) {
    const id = (failure as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== "string" || !ids.has(id)) return "all";
    failed.add(id);
  }
  return failed;
}
