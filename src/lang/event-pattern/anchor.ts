// What an event must hold for a pattern to have any chance: a few values at a
// few places, by which an index finds the pattern. An anchor may let too much
// through, never too little.

import { isObject } from "./matcher.ts";

/** `present`: the event has some value there, whatever it is. */
export type AnchorKind = "exact" | "prefix" | "suffix" | "folded" | "present";

export interface Anchor {
  readonly path: readonly string[];
  readonly kind: AnchorKind;
  /** Exact values are tagged by type: the text "1" is not the number 1. */
  readonly value: string;
}

/** An event that matches hits at least one of these. */
export type Anchors = readonly Anchor[];

/** Alternatives to find a pattern by, all of them sound; none where the pattern asks only for what is absent. */
export function anchorsOf(
  pattern: Readonly<Record<string, unknown>>,
  isAlternatives: (rule: unknown) => boolean,
  path: readonly string[] = [],
): readonly Anchors[] {
  return Object.entries(pattern).flatMap(([name, rule]): readonly Anchors[] => {
    if (name === "$or" && isAlternatives(rule)) {
      const choices = (rule as readonly Readonly<Record<string, unknown>>[]).map((each) =>
        narrowest(anchorsOf(each, isAlternatives, path)),
      );
      return choices.some((each) => each === undefined) ? [] : [choices.flatMap((each) => each ?? [])];
    }
    const place = [...path, name];
    if (isObject(rule)) return anchorsOf(rule, isAlternatives, place);
    const anchors = (rule as readonly unknown[]).map((each) => anchorOf(each, place));
    return anchors.some((each) => each === undefined) ? [] : [anchors as Anchors];
  });
}

/** Literals before affixes before mere presence, few before many. */
function narrowest(choices: readonly Anchors[]): Anchors | undefined {
  const weight = (anchors: Anchors): number =>
    anchors.reduce((sum, { kind }) => sum + (kind === "exact" ? 1 : kind === "present" ? 1000 : 10), 0);
  return [...choices].sort((a, b) => weight(a) - weight(b))[0];
}

function anchorOf(rule: unknown, path: readonly string[]): Anchor | undefined {
  if (!isObject(rule)) return { path, kind: "exact", value: exactKey(rule) };
  const [[operator, operand] = ["", undefined]] = Object.entries(rule);
  switch (operator) {
    case "exists":
      return operand === true ? { path, kind: "present", value: "" } : undefined;
    case "prefix":
    case "suffix":
      if (typeof operand === "string") return { path, kind: operator, value: operand };
      return { path, kind: "present", value: "" };
    case "equals-ignore-case":
      return { path, kind: "folded", value: String(operand).toLowerCase() };
    case "wildcard": {
      const [fixed = ""] = /^[^*\\]*/.exec(String(operand)) ?? [];
      return fixed === "" ? { path, kind: "present", value: "" } : { path, kind: "prefix", value: fixed };
    }
    case "numeric": {
      const [sign, value] = operand as readonly unknown[];
      if (sign === "=") return { path, kind: "exact", value: exactKey(value) };
      return { path, kind: "present", value: "" };
    }
    default:
      return { path, kind: "present", value: "" };
  }
}

export function exactKey(value: unknown): string {
  return typeof value === "string" ? `s${value}` : `v${String(value)}`;
}
