// The query that takes partition keys out of a record.

import { invalidArgument, unsupported } from "../faults.ts";

export type MetadataQuery = (data: Uint8Array) => Readonly<Record<string, unknown>> | string;

export function checkQuery(query: string): void {
  if (query.trim() === "") throw invalidArgument("MetadataExtractionQuery cannot be empty.");
  throw unsupported("the processor MetadataExtraction");
}

export function openQuery(_query: string): MetadataQuery {
  return () => ({});
}
