// An object's checksum as it is kept, and as members of inputs and outputs name it.

import type { ChecksumType } from "../../../model/generated/s3.d.ts";
import { s3Fault, unsupported } from "../faults.ts";
import { type Algorithm, algorithms, headerOf, isDigest } from "./algorithm.ts";

export interface Checksum {
  readonly algorithm: Algorithm;
  /** Base64; of a composite one, the checksum of the parts' checksums, a hyphen and their number. */
  readonly value: string;
  readonly type: ChecksumType;
}

/** The members that inputs and outputs share. */
export type ChecksumMembers = { readonly [A in Algorithm as `Checksum${A}`]?: string | undefined } & {
  readonly ChecksumXXHASH64?: string | undefined;
  readonly ChecksumXXHASH3?: string | undefined;
  readonly ChecksumXXHASH128?: string | undefined;
};

/** `{ ChecksumCRC32: "..." }`. */
export function valueMember(checksum: Pick<Checksum, "algorithm" | "value"> | undefined): ChecksumMembers {
  return checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value };
}

export function checksumMembers(
  checksum: Checksum | undefined,
): ChecksumMembers & { readonly ChecksumType?: ChecksumType } {
  return checksum === undefined ? {} : { ...valueMember(checksum), ChecksumType: checksum.type };
}

/** The one checksum that an input claims, if any. Trailers are in it once the body has been read. */
export function claimedChecksum(
  input: ChecksumMembers,
): { readonly algorithm: Algorithm; readonly value: string } | undefined {
  if ((input.ChecksumXXHASH64 ?? input.ChecksumXXHASH3 ?? input.ChecksumXXHASH128) !== undefined) {
    throw unsupported("XXHash checksums");
  }
  const claimed = algorithms.filter((algorithm) => input[`Checksum${algorithm}`] !== undefined);
  const [algorithm] = claimed;
  if (algorithm === undefined) return undefined;
  if (claimed.length > 1) {
    throw s3Fault(
      "InvalidRequest",
      {},
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  return { algorithm, value: input[`Checksum${algorithm}`]! };
}

/** As `claimedChecksum`, of bytes as they are: never one of parts. */
export function claimedDigest(input: ChecksumMembers): ReturnType<typeof claimedChecksum> {
  const claimed = claimedChecksum(input);
  if (claimed !== undefined && !isDigest(claimed.algorithm, claimed.value)) {
    throw s3Fault("InvalidRequest", {}, `Value for ${headerOf(claimed.algorithm)} header is invalid.`);
  }
  return claimed;
}

export function mismatch(algorithm: Algorithm): Error {
  return s3Fault("BadDigest", {}, `The ${algorithm} you specified did not match the calculated checksum.`);
}
