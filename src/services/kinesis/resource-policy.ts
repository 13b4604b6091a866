// The policy attached to a stream or a consumer.

import { defineResource } from "../../core/resource.ts";

export interface ResourcePolicyState {
  readonly resourceArn: string;
  /** As it was given. */
  readonly document: string;
}

export const ResourcePolicy = defineResource<ResourcePolicyState>()({
  service: "kinesis",
  type: "resource-policy",
  key: (policy) => [policy.resourceArn],
});
