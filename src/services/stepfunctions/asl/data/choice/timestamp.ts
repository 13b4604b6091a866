// Timestamps as Amazon States Language wants them: RFC 3339, with an upper-case
// T, and an upper-case Z where there is no offset.

const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** Epoch milliseconds, with fractions; undefined for what is no timestamp. */
export function parseTimestamp(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const fraction = form.exec(value)?.[1];
  if (fraction === undefined && !form.test(value)) return undefined;
  const seconds = Date.parse(fraction === undefined ? value : value.replace(fraction, ""));
  if (Number.isNaN(seconds)) return undefined;
  return seconds + (fraction === undefined ? 0 : Number(fraction) * 1000);
}
