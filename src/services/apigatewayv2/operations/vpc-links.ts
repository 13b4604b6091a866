// VPC links: create, read, change, delete.

import type { Transaction } from "../../../core/transaction.ts";
import { type Input, nothing, type Output } from "../model.ts";
import { getLink, VpcLinkRecord, type VpcLinkState } from "../records/vpc-link.ts";
import { pageOf } from "./page.ts";
import { checkTags } from "./tags.ts";

export async function createVpcLink(
  { Name, SecurityGroupIds = [], SubnetIds, Tags = {} }: Input<"CreateVpcLink">,
  tx: Transaction,
): Promise<Output<"CreateVpcLink">> {
  checkTags(Tags);
  const link: VpcLinkState = {
    CreatedDate: tx.now,
    Name,
    SecurityGroupIds,
    SubnetIds,
    Tags,
    VpcLinkId: tx.ids.lower(6),
    VpcLinkStatus: "AVAILABLE",
    VpcLinkStatusMessage: "VPC link is ready to route traffic",
    VpcLinkVersion: "V2",
  };
  tx.put(VpcLinkRecord, link);
  return link;
}

export async function getVpcLink(
  { VpcLinkId }: Input<"GetVpcLink">,
  tx: Transaction,
): Promise<Output<"GetVpcLink">> {
  return getLink(tx, VpcLinkId);
}

export function getVpcLinks(input: Input<"GetVpcLinks">, tx: Transaction): Promise<Output<"GetVpcLinks">> {
  return pageOf(tx, VpcLinkRecord, [], input, (link) => link);
}

export async function updateVpcLink(
  { VpcLinkId, Name }: Input<"UpdateVpcLink">,
  tx: Transaction,
): Promise<Output<"UpdateVpcLink">> {
  const before = await getLink(tx, VpcLinkId);
  const link = { ...before, Name: Name ?? before.Name };
  tx.put(VpcLinkRecord, link);
  return link;
}

export async function deleteVpcLink(
  { VpcLinkId }: Input<"DeleteVpcLink">,
  tx: Transaction,
): Promise<Output<"DeleteVpcLink">> {
  await getLink(tx, VpcLinkId);
  tx.delete(VpcLinkRecord, VpcLinkId);
  return nothing;
}
