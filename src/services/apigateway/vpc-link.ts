// VPC links: kept as they are described; there is no VPC behind them.

import { defineResource } from "../../core/resource.ts";
import type { VpcLinkStatus } from "../../model/generated/apigateway.d.ts";

export interface VpcLinkState {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly targetArns: readonly string[];
  readonly status: VpcLinkStatus;
  readonly statusMessage?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export const VpcLinkRecord = defineResource<VpcLinkState>()({
  service: "apigateway",
  type: "vpclink",
  key: (link) => [link.id],
  arn: (link, at) => `arn:aws:apigateway:${at.region}::/vpclinks/${link.id}`,
  tags: (link) => link.tags ?? {},
});
