// A resource of a stack as it stands, and what is needed to go back: everything
// that makes an operation survive a crash is in these records.

import { defineResource } from "../../../core/resource.ts";
import type { Properties } from "../../../core/resource-type.ts";
import type { ResourceStatus } from "../../../model/generated/cloudformation.d.ts";

/** One physical resource, and what it was made of. */
export interface Applied {
  readonly type: string;
  /** Chosen when its creation was decided; its name and its once-only calls come from it. */
  readonly token: string;
  readonly physicalId: string;
  readonly ref?: string | undefined;
  readonly properties: Properties;
  readonly attributes: Properties;
}

/** A creation or update under way. */
export interface Attempt {
  readonly token: string;
  readonly properties: Properties;
  /** The creation's calls have begun. */
  readonly begun?: boolean;
  /** The creation is over; what follows it may not be. */
  readonly made?: Applied;
}

export interface ResourceState {
  /** The stack's key. */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly status: ResourceStatus;
  readonly statusReason?: string | undefined;
  readonly changedAt: number;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  readonly metadata?: unknown;
  readonly description?: string | undefined;
  readonly current?: Applied | undefined;
  readonly attempt?: Attempt | undefined;
  /** The operation that has changed it; with `before`, what it goes back to: null where it was not there. */
  readonly operation?: string | undefined;
  readonly before?: Before | null | undefined;
  /** Physical resources that the end of the operation removes. */
  readonly garbage?: readonly Applied[] | undefined;
  readonly drift?: Drift | undefined;
}

export type Before = Pick<
  ResourceState,
  "current" | "dependsOn" | "deletionPolicy" | "updateReplacePolicy" | "metadata" | "type"
>;

export interface Drift {
  readonly status: "IN_SYNC" | "MODIFIED" | "DELETED" | "NOT_CHECKED";
  readonly checkedAt: number;
  readonly actual?: Properties | undefined;
}

export const ResourceRecord = defineResource<ResourceState>()({
  service: "cloudformation",
  type: "stack-resource",
  key: ({ stack, logicalId }) => [stack, logicalId],
  indexes: {
    physical: ({ current, stack, logicalId }) =>
      current === undefined ? undefined : [current.physicalId, stack, logicalId],
  },
});
