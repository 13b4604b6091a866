// Which checksum an upload in parts gets: the algorithm, and whether it is of
// the whole object or composed of the parts'
// (docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html).

import type { ChecksumAlgorithm, ChecksumType } from "../../../model/generated/s3.d.ts";
import { type Algorithm, defaultAlgorithm, supported } from "../checksums/algorithm.ts";
import { invalidRequest } from "../faults.ts";

export interface ChecksumChoice {
  readonly checksumAlgorithm: Algorithm;
  readonly checksumType: ChecksumType;
  readonly checksumChosen: boolean;
}

export function chooseChecksum(
  asked: ChecksumAlgorithm | undefined,
  type: ChecksumType | undefined,
): ChecksumChoice {
  const algorithm = asked === undefined ? defaultAlgorithm : supported(asked);
  if (asked === undefined && type !== undefined) {
    throw invalidRequest(
      "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    );
  }
  const usual: ChecksumType = algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE";
  const chosen = type ?? usual;
  const possible =
    algorithm === "CRC64NVME" ? chosen === "FULL_OBJECT" : isCrc(algorithm) || chosen === "COMPOSITE";
  if (!possible) {
    throw invalidRequest(
      `The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { checksumAlgorithm: algorithm, checksumType: chosen, checksumChosen: asked !== undefined };
}

function isCrc(algorithm: Algorithm): boolean {
  return algorithm.startsWith("CRC");
}
