// Findings of scans: nothing scans here, so that there are none, which AWS says
// of an image that was never scanned.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DescribeImageScanFindingsRequest,
  DescribeImageScanFindingsResponse,
} from "../../../model/generated/ecr.d.ts";
import { findImage, imageNotFound } from "../images/image.ts";
import { ecr, inRegistry } from "../model.ts";
import { openRepository } from "../repositories/repository.ts";

export async function describeImageScanFindings(
  input: DescribeImageScanFindingsRequest,
  caller: Transaction,
): Promise<DescribeImageScanFindingsResponse> {
  const { repository, tx } = await openRepository(caller, input, "DescribeImageScanFindings");
  const image = await findImage(tx, repository, input.imageId);
  if (image === undefined) throw imageNotFound(input.imageId, repository);
  throw fault(
    ecr,
    "ScanNotFoundException",
    `Image scan does not exist for the image with '{imageDigest:'${image.digest}'}' in the repository ${inRegistry(repository)}`,
  );
}
