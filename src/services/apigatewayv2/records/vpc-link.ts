// A VPC link: kept and described; nothing is reached through one, since there
// are no VPCs.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { VpcLink } from "../../../model/generated/apigatewayv2.d.ts";
import { notFound } from "../model.ts";
import type { Tags } from "./api.ts";

export interface VpcLinkState extends VpcLink {
  readonly Tags: Tags;
}

export const VpcLinkRecord = defineResource<VpcLinkState>()({
  service: "apigatewayv2",
  type: "vpc-link",
  key: (link) => [link.VpcLinkId],
  arn: (link, { region }) => `arn:aws:apigateway:${region}::/vpclinks/${link.VpcLinkId}`,
  named: (input, { region }) =>
    typeof input.VpcLinkId === "string"
      ? `arn:aws:apigateway:${region}::/vpclinks/${input.VpcLinkId}`
      : undefined,
  tags: (link) => link.Tags,
});

export async function getLink(tx: Transaction, id: string): Promise<VpcLinkState> {
  const link = await tx.get(VpcLinkRecord, id);
  if (link === undefined) throw notFound(`Unable to find Vpc Link with id ${id}`);
  return link;
}
