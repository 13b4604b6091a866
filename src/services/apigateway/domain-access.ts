// Access associations: which VPC endpoints may call a private domain name.

import { defineResource } from "../../core/resource.ts";
import type { AccessAssociationSourceType } from "../../model/generated/apigateway.d.ts";

export interface DomainAccessState {
  readonly arn: string;
  readonly domainNameArn: string;
  readonly sourceType: AccessAssociationSourceType;
  readonly source: string;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export const DomainAccessRecord = defineResource<DomainAccessState>()({
  service: "apigateway",
  type: "domain-access",
  key: (access) => [access.arn],
  arn: (access) => access.arn,
  tags: (access) => access.tags ?? {},
});
