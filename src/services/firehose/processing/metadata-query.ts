// The query that takes partition keys out of a record: jq, over its JSON.

import { compileJq, JqError, type JqProgram, type Json } from "../../../lang/jq/jq.ts";
import { invalidArgument } from "../faults.ts";

/** The keys found in a record; a text that says why there are none. */
export type MetadataQuery = (data: Uint8Array, now: number) => Readonly<Record<string, Json>> | string;

export function checkQuery(query: string): void {
  try {
    compileJq(query);
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
    throw invalidArgument(`The MetadataExtractionQuery is not valid: ${error.message}`);
  }
}

const programs = new Map<string, JqProgram>();
const mostPrograms = 1000;

export function openQuery(query: string): MetadataQuery {
  let program = programs.get(query);
  if (program === undefined) {
    program = compileJq(query);
    if (programs.size >= mostPrograms) programs.clear();
    programs.set(query, program);
  }
  const { run } = program;
  return (data, now) => {
    let record: Json;
    try {
      record = JSON.parse(Buffer.from(data).toString()) as Json;
    } catch {
      return "Non JSON record provided. Could not parse incoming record as JSON.";
    }
    try {
      // Several outcomes are one set of keys, the later before the earlier.
      const keys: Record<string, Json> = {};
      for (const outcome of run(record, { now })) {
        if (typeof outcome !== "object" || outcome === null || Array.isArray(outcome)) {
          return "The metadata extraction query must make an object of each record.";
        }
        Object.assign(keys, outcome);
      }
      return keys;
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      return `The metadata extraction query failed: ${error.message}`;
    }
  };
}
