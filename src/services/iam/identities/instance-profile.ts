// Instance profiles: what hands a role to a machine.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { InstanceProfile } from "../../../model/generated/iam.d.ts";
import { noSuchEntity } from "../model.ts";
import { iamArn, namedArn, nameKey } from "../name.ts";
import { indexed } from "../paging.ts";
import { describeTags, type Tags, tagMap } from "../tags.ts";
import { describeListedRole, RoleRecord } from "./role.ts";

export interface InstanceProfileState {
  readonly name: string;
  readonly path: string;
  /** `AIPA...` */
  readonly id: string;
  /** At most one. */
  readonly role?: string;
  readonly tags: Tags;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export const InstanceProfileRecord = defineResource<InstanceProfileState>()({
  service: "iam",
  type: "instance-profile",
  scope: "account",
  key: (profile) => [nameKey(profile.name)],
  arn: instanceProfileArn,
  named: (input, place) => namedArn(place, "instance-profile", input.InstanceProfileName, input.Path),
  tags: tagMap,
  indexes: { role: (profile) => (profile.role === undefined ? undefined : [nameKey(profile.role)]) },
});

export function instanceProfileArn(profile: InstanceProfileState, place: Pick<Place, "account">): string {
  return iamArn(place, "instance-profile", profile.path, profile.name);
}

export async function findProfile(tx: Transaction, name: string): Promise<InstanceProfileState> {
  const profile = await tx.get(InstanceProfileRecord, nameKey(name));
  if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

/** The profiles that hold the role. */
export function profilesOf(tx: Transaction, role: string): Promise<readonly InstanceProfileState[]> {
  return indexed(tx, InstanceProfileRecord, "role", nameKey(role));
}

export async function describeProfile(
  tx: Transaction,
  profile: InstanceProfileState,
): Promise<InstanceProfile> {
  const role = profile.role === undefined ? undefined : await tx.get(RoleRecord, nameKey(profile.role));
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: instanceProfileArn(profile, tx),
    CreateDate: profile.createdAt,
    Roles: role === undefined ? [] : [describeListedRole(role, tx)],
    ...describeTags(profile.tags),
  };
}
