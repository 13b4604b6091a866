// An account and a region: where resources live and calls happen.

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** How far a resource's name reaches: one region, all regions of an account (IAM), or everything (S3 bucket names). */
export type Scope = "region" | "account" | "global";

/** Where a resource of that scope is kept: the parts that do not matter are empty. */
export function placeFor(scope: Scope, place: Place): Place {
  if (scope === "region") return place;
  return { account: scope === "account" ? place.account : "", region: "" };
}
