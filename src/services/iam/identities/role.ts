// Roles: their stored form, and what IAM says of them.

import { fault } from "../../../core/fault.ts";
import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Role } from "../../../model/generated/iam.d.ts";
import { cannotBeFound, iam } from "../model.ts";
import { iamArn, namedArn, nameKey } from "../name.ts";
import { describeBoundary } from "../policies/boundary.ts";
import { encodeDocument } from "../policies/documents/encode.ts";
import { describeTags, type Tags, tagMap } from "../tags.ts";

export interface RoleState {
  readonly name: string;
  readonly path: string;
  /** `AROA...` */
  readonly id: string;
  /** As it was given: JSON. */
  readonly trustPolicy: string;
  readonly description?: string;
  readonly maxSessionSeconds: number;
  /** The ARN of the policy that bounds its permissions. */
  readonly boundary?: string;
  readonly tags: Tags;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export const RoleRecord = defineResource<RoleState>()({
  service: "iam",
  type: "role",
  scope: "account",
  key: (role) => [nameKey(role.name)],
  arn: roleArn,
  named: (input, place) => namedArn(place, "role", input.RoleName, input.Path),
  tags: tagMap,
  indexes: { boundary: (role) => (role.boundary === undefined ? undefined : [role.boundary]) },
  cached: true,
});

export function roleArn(role: Pick<RoleState, "path" | "name">, place: Pick<Place, "account">): string {
  return iamArn(place, "role", role.path, role.name);
}

export async function findRole(tx: Transaction, name: string): Promise<RoleState> {
  const role = await tx.get(RoleRecord, nameKey(name));
  if (role === undefined) throw cannotBeFound("role", name);
  return role;
}

/** Only AWS changes a service-linked role. */
export async function findOwnRole(tx: Transaction, name: string): Promise<RoleState> {
  const role = await findRole(tx, name);
  if (!isServiceLinked(role)) return role;
  throw fault(
    iam,
    "UnmodifiableEntity",
    `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
  );
}

export function isServiceLinked(role: Pick<RoleState, "path">): boolean {
  return role.path.startsWith("/aws-service-role/");
}

/** As GetRole shows it. */
export function describeRole(role: RoleState, place: Place): Role {
  return {
    ...describeListedRole(role, place),
    ...describeBoundary(role),
    ...describeTags(role.tags),
    RoleLastUsed: {},
  };
}

/** Lists leave out the boundary, the tags and the last use. */
export function describeListedRole(role: RoleState, place: Place): Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(role, place),
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    ...(role.description === undefined ? {} : { Description: role.description }),
    MaxSessionDuration: role.maxSessionSeconds,
  };
}
