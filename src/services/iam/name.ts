// Names, paths and ARNs. IAM's names are unique without regard to case, and the
// ARN carries the path, so it changes when an entity is moved.

import type { Place } from "../../core/place.ts";

/** As a name stands in a key. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

/** `arn:aws:iam::123456789012:role/service/app`; the path begins and ends with a slash. */
export function iamArn(place: Pick<Place, "account">, type: string, path: string, name: string): string {
  return `arn:aws:iam::${place.account}:${type}${path}${name}`;
}

/** The parts of such an ARN; undefined where it is not one of `type`. */
export function parseIamArn(
  arn: string,
  type: string,
): { readonly account: string; readonly path: string; readonly name: string } | undefined {
  const match = /^arn:aws:iam::(\d{12}|aws):([a-z-]+)(\/.*)$/.exec(arn);
  if (match === null || match[2] !== type) return undefined;
  const rest = match[3]!;
  const slash = rest.lastIndexOf("/");
  return { account: match[1]!, path: rest.slice(0, slash + 1), name: rest.slice(slash + 1) };
}

/**
 * What an input names, for authorization, before anything is read: the path is
 * unknown unless the input gives it.
 */
export function namedArn(place: Place, type: string, name: unknown, path: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  return iamArn(place, type, typeof path === "string" ? path : "/", name);
}
