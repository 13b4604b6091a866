// How processing goes, as `LastProcessingResult` tells it.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { type Mapping, MappingRecord } from "./mapping.ts";

export type Report = (result: string) => Promise<void>;

export function problem(error: unknown): string {
  return `PROBLEM: ${error instanceof Fault ? error.message : "Internal Lambda error."}`;
}

/** Remembers how processing goes, for `LastProcessingResult`; writes only when that changes. */
export function reporter(ctx: Waiting, mapping: Mapping): Report {
  let known = mapping.lastProcessingResult ?? "OK";
  return async (result) => {
    if (result === known) return;
    known = result;
    await ctx.atomically(async (tx) => {
      const current = await tx.get(MappingRecord, mapping.id);
      if (current?.revisionId !== mapping.revisionId) return;
      tx.put(MappingRecord, { ...current, lastProcessingResult: result });
    });
  };
}
