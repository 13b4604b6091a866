// Users: their stored form, what IAM says of them, and whom an operation means
// that names nobody.

import type { Place } from "../../../core/place.ts";
import type { Principal } from "../../../core/principal.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { User } from "../../../model/generated/iam.d.ts";
import { cannotBeFound, validationError } from "../model.ts";
import { iamArn, namedArn, nameKey } from "../name.ts";
import { describeBoundary } from "../policies/boundary.ts";
import { describeTags, type Tags, tagMap } from "../tags.ts";

export interface UserState {
  readonly name: string;
  readonly path: string;
  /** `AIDA...` */
  readonly id: string;
  /** The ARN of the policy that bounds its permissions. */
  readonly boundary?: string;
  readonly tags: Tags;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export const UserRecord = defineResource<UserState>()({
  service: "iam",
  type: "user",
  scope: "account",
  key: (user) => [nameKey(user.name)],
  arn: userArn,
  named: (input, place) => namedArn(place, "user", input.UserName, input.Path),
  tags: tagMap,
  indexes: { boundary: (user) => (user.boundary === undefined ? undefined : [user.boundary]) },
});

export function userArn(user: Pick<UserState, "path" | "name">, place: Pick<Place, "account">): string {
  return iamArn(place, "user", user.path, user.name);
}

export async function findUser(tx: Transaction, name: string): Promise<UserState> {
  const user = await tx.get(UserRecord, nameKey(name));
  if (user === undefined) throw cannotBeFound("user", name);
  return user;
}

/** The user given, else the one who calls. */
export function givenOrCaller(tx: Transaction, name: string | undefined): Promise<UserState> {
  return findUser(tx, name ?? callerName(tx.principal));
}

/** The name of the user who calls; anybody else must say whom they mean. */
export function callerName(principal: Principal): string {
  if (principal.type === "user") return principal.arn.slice(principal.arn.lastIndexOf("/") + 1);
  throw validationError("Must specify userName when calling with non-User credentials");
}

/** What requests signed with this user's keys run as. */
export function userPrincipal(
  user: UserState,
  place: Pick<Place, "account">,
  accessKeyId: string,
): Principal {
  return { type: "user", account: place.account, arn: userArn(user, place), userId: user.id, accessKeyId };
}

/** As GetUser shows it. */
export function describeUser(user: UserState, place: Place): User {
  return { ...describeListedUser(user, place), ...describeBoundary(user), ...describeTags(user.tags) };
}

/** Lists leave out the boundary and the tags. */
export function describeListedUser(user: UserState, place: Place): User {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: userArn(user, place),
    CreateDate: user.createdAt,
  };
}
