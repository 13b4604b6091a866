// Lifecycle policies: rules that say which images expire.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html

import { notImplemented } from "../../../core/fault.ts";
import type { ImageState } from "../images/image.ts";
import { matchesWildcard } from "../images/mutability.ts";
import { invalidParameter } from "../model.ts";

export interface Rule {
  readonly priority: number;
  readonly tagStatus: "tagged" | "untagged" | "any";
  readonly prefixes: readonly string[];
  readonly patterns: readonly string[];
  readonly countType: "imageCountMoreThan" | "sinceImagePushed";
  readonly count: number;
}

interface GivenRule {
  readonly rulePriority?: unknown;
  readonly selection?: {
    readonly tagStatus?: unknown;
    readonly tagPrefixList?: readonly string[];
    readonly tagPatternList?: readonly string[];
    readonly countType?: unknown;
    readonly countUnit?: unknown;
    readonly countNumber?: unknown;
  };
  readonly action?: { readonly type?: unknown };
}

const dayMilliseconds = 86_400_000;
const mostRules = 50;

/** In the order of their priorities. */
export function readLifecycle(text: string): readonly Rule[] {
  const { rules } = documentOf(text);
  if (!Array.isArray(rules) || rules.length === 0 || rules.length > mostRules) {
    throw invalid(`rules must be an array of 1 to ${mostRules} rules`);
  }
  const read = (rules as readonly GivenRule[]).map(readRule).sort((a, b) => a.priority - b.priority);
  if (new Set(read.map(({ priority }) => priority)).size !== read.length) {
    throw invalid("each rule must have a rulePriority of its own");
  }
  const anyAt = read.findIndex(({ tagStatus }) => tagStatus === "any");
  if (anyAt >= 0 && anyAt !== read.length - 1) {
    throw invalid('a rule with the tagStatus "any" must have the highest rulePriority');
  }
  if (read.filter(({ tagStatus }) => tagStatus === "untagged").length > 1) {
    throw invalid('there can be only one rule with the tagStatus "untagged"');
  }
  return read;
}

function documentOf(text: string): { readonly rules?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below.
  }
  throw invalid("not a JSON object");
}

function readRule({ rulePriority, selection = {}, action }: GivenRule): Rule {
  const { tagStatus, tagPrefixList = [], tagPatternList = [], countType, countUnit, countNumber } = selection;
  if (!isCount(rulePriority)) throw invalid("rulePriority must be a number above zero");
  if (!isCount(countNumber)) throw invalid("countNumber must be a number above zero");
  if (action?.type === "transition") throw notImplemented("ecr", "the lifecycle action transition");
  if (action?.type !== "expire") throw invalid('the action must have the type "expire"');
  if (tagStatus !== "tagged" && tagStatus !== "untagged" && tagStatus !== "any") {
    throw invalid('tagStatus must be "tagged", "untagged" or "any"');
  }
  const lists = tagPrefixList.length > 0 || tagPatternList.length > 0;
  if (lists !== (tagStatus === "tagged")) {
    throw invalid('tagPrefixList or tagPatternList must be given with the tagStatus "tagged", and only then');
  }
  if (countType === "sinceImagePulled" || countType === "sinceImageTransitioned") {
    throw notImplemented("ecr", `the countType ${countType}`);
  }
  if (countType !== "imageCountMoreThan" && countType !== "sinceImagePushed") {
    throw invalid('countType must be "imageCountMoreThan" or "sinceImagePushed"');
  }
  if ((countType === "sinceImagePushed") !== (countUnit === "days")) {
    throw invalid('countUnit must be "days" with the countType "sinceImagePushed", and only then');
  }
  return {
    priority: rulePriority,
    tagStatus,
    prefixes: tagPrefixList,
    patterns: tagPatternList,
    countType,
    count: countNumber,
  };
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 1;

function invalid(why: string) {
  return invalidParameter(
    `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${why}'`,
  );
}

type Candidate = Pick<ImageState, "tags" | "pushedAt" | "digest">;

export interface Expiry<T extends Candidate> {
  readonly image: T;
  readonly rule: Rule;
}

/** What the rules let expire. An image counts for the first rule that selects it, whether or not that expires it. */
export function expired<T extends Candidate>(
  rules: readonly Rule[],
  images: readonly T[],
  now: number,
): readonly Expiry<T>[] {
  const taken = new Set<T>();
  const expiries: Expiry<T>[] = [];
  for (const rule of rules) {
    const selected = images
      .filter((image) => !taken.has(image) && selects(rule, image))
      .sort((a, b) => b.pushedAt - a.pushedAt || (a.digest < b.digest ? -1 : 1));
    for (const image of selected) taken.add(image);
    const gone =
      rule.countType === "imageCountMoreThan"
        ? selected.slice(rule.count)
        : selected.filter(({ pushedAt }) => now - pushedAt > rule.count * dayMilliseconds);
    for (const image of gone) expiries.push({ image, rule });
  }
  return expiries;
}

function selects({ tagStatus, prefixes, patterns }: Rule, { tags }: Candidate): boolean {
  if (tagStatus === "any") return true;
  if (tagStatus === "untagged") return tags.length === 0;
  const byPrefix = prefixes.every((prefix) => tags.some((tag) => tag.startsWith(prefix)));
  const byPattern = patterns.every((pattern) => tags.some((tag) => matchesWildcard(pattern, tag)));
  return tags.length > 0 && byPrefix && byPattern;
}
