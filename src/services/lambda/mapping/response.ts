// ReportBatchItemFailures: which messages of a batch the function's response
// says have failed.

/** The ids of the failed messages, or `all` where the response is not what AWS accepts. */
export function batchItemFailures(
  payload: Uint8Array,
  messageIds: ReadonlySet<string>,
): ReadonlySet<string> | "all" {
  let response: unknown;
  try {
    const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString();
    response = text.trim() === "" ? null : JSON.parse(text);
  } catch {
    return "all";
  }
  // No response, an empty one, and one without failures mean that all went well.
  if (response === null || response === "") return new Set();
  if (typeof response !== "object") return "all";
  const failures = (response as { readonly batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return "all";
  const failed = new Set<string>();
  for (const failure of failures) {
    const id = (failure as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== "string" || !messageIds.has(id)) return "all";
    failed.add(id);
  }
  return failed;
}
