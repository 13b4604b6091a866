// VPC links: create, get, list, update, delete.

import type { Transaction } from "../../../core/transaction.ts";
import { badRequest, type Input, notFound, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { replaceable } from "../patch/rule.ts";
import { text } from "../patch/value.ts";
import { VpcLinkRecord, type VpcLinkState } from "../vpc-link.ts";
import { page } from "./page.ts";

export async function createVpcLink(
  input: Input<"CreateVpcLink">,
  tx: Transaction,
): Promise<Output<"CreateVpcLink">> {
  if (input.targetArns.length !== 1) throw badRequest("VPC link must have exactly one target ARN");
  if (!/^arn:aws[\w-]*:elasticloadbalancing:/.test(input.targetArns[0]!)) {
    throw badRequest(`Invalid target ARN specified: ${input.targetArns[0]}`);
  }
  const link: VpcLinkState = { ...input, id: tx.ids.lower(6), status: "AVAILABLE" };
  tx.put(VpcLinkRecord, link);
  return link;
}

async function open(tx: Transaction, id: string): Promise<VpcLinkState> {
  const link = await tx.get(VpcLinkRecord, id);
  if (link === undefined) throw notFound("Invalid Vpc Link identifier specified");
  return link;
}

export async function getVpcLink(
  { vpcLinkId }: Input<"GetVpcLink">,
  tx: Transaction,
): Promise<Output<"GetVpcLink">> {
  return open(tx, vpcLinkId);
}

export async function getVpcLinks(
  input: Input<"GetVpcLinks">,
  tx: Transaction,
): Promise<Output<"GetVpcLinks">> {
  return page(tx, VpcLinkRecord, input);
}

const rules = patchTable([replaceable("/name", text), replaceable("/description", text)]);

export async function updateVpcLink(
  { vpcLinkId, patchOperations }: Input<"UpdateVpcLink">,
  tx: Transaction,
): Promise<Output<"UpdateVpcLink">> {
  const link = patched(await open(tx, vpcLinkId), patchOperations, rules);
  tx.put(VpcLinkRecord, link);
  return link;
}

export async function deleteVpcLink(
  { vpcLinkId }: Input<"DeleteVpcLink">,
  tx: Transaction,
): Promise<Output<"DeleteVpcLink">> {
  await open(tx, vpcLinkId);
  tx.delete(VpcLinkRecord, vpcLinkId);
  return {};
}
