// How permissions boundaries of users and roles are shown.

import type { AttachedPermissionsBoundary } from "../../../model/generated/iam.d.ts";

export function describeBoundary(entity: { readonly boundary?: string }): {
  readonly PermissionsBoundary?: AttachedPermissionsBoundary;
} {
  if (entity.boundary === undefined) return {};
  return {
    PermissionsBoundary: {
      PermissionsBoundaryType: "PermissionsBoundaryPolicy",
      PermissionsBoundaryArn: entity.boundary,
    },
  };
}
