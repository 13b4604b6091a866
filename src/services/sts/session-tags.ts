// Session tags: given with the call, or carried on by a chain of roles.

import { fault } from "../../core/fault.ts";
import type { Principal } from "../../core/principal.ts";
import type { Tag } from "../../model/generated/sts.d.ts";
import { sts } from "./model.ts";

type SessionTags = Pick<Principal, "sessionTags" | "transitiveTagKeys">;

interface SessionTagInput {
  readonly Tags?: readonly Tag[] | undefined;
  readonly TransitiveTagKeys?: readonly string[] | undefined;
}

/** The tags of the new session: those that the caller's own session hands on, and those given. */
export function sessionTags(caller: Principal, input: SessionTagInput): SessionTags {
  const given = new Map<string, Tag>();
  for (const tag of input.Tags ?? []) {
    if (given.has(tag.Key.toLowerCase())) {
      throw invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
    given.set(tag.Key.toLowerCase(), tag);
  }
  const inherited = caller.transitiveTagKeys ?? [];
  for (const key of [...inherited, ...(input.TransitiveTagKeys ?? [])]) {
    const isInherited = inherited.some((other) => other.toLowerCase() === key.toLowerCase());
    if (isInherited && given.has(key.toLowerCase())) {
      throw invalid(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      );
    }
    if (!isInherited && !given.has(key.toLowerCase())) {
      throw invalid("The specified transitive tag key must be included in the requested tags.");
    }
  }
  const tags: Record<string, string> = {};
  for (const key of inherited) tags[key] = caller.sessionTags?.[key] ?? "";
  for (const { Key, Value } of given.values()) tags[Key] = Value;
  const transitive = [...inherited, ...(input.TransitiveTagKeys ?? [])];
  return {
    ...(Object.keys(tags).length === 0 ? {} : { sessionTags: tags }),
    ...(transitive.length === 0 ? {} : { transitiveTagKeys: transitive }),
  };
}

function invalid(message: string): Error {
  return fault(sts, "InvalidParameterValue", message);
}
