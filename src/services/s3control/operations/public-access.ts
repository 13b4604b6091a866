// Block Public Access for a whole account; S3 reads it with each bucket's own.

import { defineResource } from "../../../core/resource.ts";
import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { PublicAccessBlockConfiguration, S3control } from "../../../model/generated/s3control.d.ts";
import { checkAccount } from "../access-point.ts";
import { controlFault, type Input, type Output } from "../model.ts";

export const AccountPublicAccess = defineResource<PublicAccessBlockConfiguration>()({
  service: "s3control",
  type: "public-access-block",
  scope: "account",
  key: () => [],
});

async function putPublicAccessBlock(
  input: Input<"PutPublicAccessBlock">,
  tx: Transaction,
): Promise<Output<"PutPublicAccessBlock">> {
  checkAccount(tx, input.AccountId);
  const given = input.PublicAccessBlockConfiguration;
  tx.put(AccountPublicAccess, {
    BlockPublicAcls: given.BlockPublicAcls ?? false,
    IgnorePublicAcls: given.IgnorePublicAcls ?? false,
    BlockPublicPolicy: given.BlockPublicPolicy ?? false,
    RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
  });
  return {};
}

async function getPublicAccessBlock(
  input: Input<"GetPublicAccessBlock">,
  tx: Transaction,
): Promise<Output<"GetPublicAccessBlock">> {
  checkAccount(tx, input.AccountId);
  const found = await tx.get(AccountPublicAccess);
  if (found === undefined) throw controlFault("NoSuchPublicAccessBlockConfiguration");
  return { PublicAccessBlockConfiguration: found };
}

async function deletePublicAccessBlock(
  input: Input<"DeletePublicAccessBlock">,
  tx: Transaction,
): Promise<Output<"DeletePublicAccessBlock">> {
  checkAccount(tx, input.AccountId);
  tx.delete(AccountPublicAccess);
  return {};
}

export const publicAccessOperations = {
  PutPublicAccessBlock: putPublicAccessBlock,
  GetPublicAccessBlock: getPublicAccessBlock,
  DeletePublicAccessBlock: deletePublicAccessBlock,
} satisfies Operations<S3control>;
