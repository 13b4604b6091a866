// Version ids: opaque to clients, and to S3 the version's place among those of
// its key. 11 digits of the sequence number, then 21 of chance.

import type { Ids } from "../../../core/ids.ts";
import { invalidArgument } from "../faults.ts";

const alphabet = "0123456789abcdefghijklmnopqrstuv";
const digits = 11;

export function newVersionId(ids: Ids, sequence: number): string {
  const place = sequence.toString(32).padStart(digits, "0");
  const chance = [...ids.bytes(21)].map((byte) => alphabet.charAt(byte & 31)).join("");
  return place + chance;
}

/** The sequence number within; undefined for the null version. Anything else is a fault. */
export function sequenceOf(versionId: string): number | undefined {
  if (versionId === "null") return undefined;
  if (!/^[0-9a-v]{32}$/.test(versionId)) {
    throw invalidArgument("Invalid version id specified", "versionId", versionId);
  }
  return Number.parseInt(versionId.slice(0, digits), 32);
}
