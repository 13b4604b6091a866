// Times as Step Functions writes them.

/** `2024-01-01T00:00:00.000Z`. */
export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
