// ARNs of state machines, their versions and aliases, executions, activities
// and map runs: how they are made, and what they say.

import type { Place } from "../../core/place.ts";
import { invalidArn } from "./model.ts";

export type ArnKind = "stateMachine" | "execution" | "express" | "activity" | "mapRun";

export interface ParsedArn extends Place {
  readonly kind: ArnKind;
  /** What follows the kind: a machine's name (`machine/label` for what a map run made), then a version, alias, execution name... */
  readonly parts: readonly string[];
}

export function stepFunctionsArn(place: Place, kind: ArnKind, ...parts: readonly string[]): string {
  return `arn:aws:states:${place.region}:${place.account}:${kind}:${parts.join(":")}`;
}

const pattern =
  /^arn:aws[a-z-]*:states:([a-z0-9-]+):(\d{12}):(stateMachine|execution|express|activity|mapRun):(.+)$/;

export function parseArn(arn: string, ...kinds: readonly ArnKind[]): ParsedArn {
  const match = pattern.exec(arn);
  if (match === null) {
    throw invalidArn(
      arn.startsWith("arn:")
        ? `Resource type not valid in this context: ${arn.split(":")[5] ?? ""}`
        : `Invalid ARN prefix: ${arn}`,
    );
  }
  const [, region, account, kind, rest] = match as unknown as [string, string, string, ArnKind, string];
  if (!kinds.includes(kind)) throw invalidArn(`Resource type not valid in this context: ${kind}`);
  const parts = rest.split(":");
  const most = kind === "express" ? 3 : kind === "activity" ? 1 : 2;
  if (parts.length > most || parts.includes("")) throw invalidArn(`Invalid ARN: ${arn}`);
  return { region, account, kind, parts };
}

export function isHere(arn: ParsedArn, place: Place): boolean {
  return arn.account === place.account && arn.region === place.region;
}

/** What an operation's input names, for authorization. */
export function namedArn(member: unknown): string | undefined {
  return typeof member === "string" && member.startsWith("arn:") ? member : undefined;
}
