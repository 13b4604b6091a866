// Where transitions lead: targets that are missing, states that nothing reaches,
// and workflows that cannot end.

import type { Json } from "../data/scope.ts";
import { isArray, isObject, type Report, type Values } from "./report.ts";

interface Transition {
  readonly target: string;
  readonly at: string;
}

/** Checks a block, and all blocks within it, whose fields were found to be right. */
export function checkTransitions(block: Values, at: string, report: Report): void {
  const states = block.States as Readonly<Record<string, Values>>;
  const start = String(block.StartAt);
  const before = report.findings.length;
  if (!Object.hasOwn(states, start)) {
    report.error("MISSING_TRANSITION_TARGET", `Missing 'StartAt' target: ${start}`, `${at}/StartAt`);
  }
  for (const [name, state] of Object.entries(states)) {
    for (const { target, at: here } of transitionsOf(state, `${at}/States/${name}`)) {
      if (Object.hasOwn(states, target)) continue;
      report.error("MISSING_TRANSITION_TARGET", `Missing 'Next' target: ${target}`, here);
    }
  }
  const dangling = report.findings.length > before;
  if (!Object.values(states).some(isTerminal)) {
    report.error("MISSING_END_STATE", "Workflow has no terminal state");
  } else if (!dangling || Object.hasOwn(states, start)) checkReachable(states, start, at, report);
  for (const [name, state] of Object.entries(states)) {
    for (const [inner, here] of blocksOf(state, `${at}/States/${name}`))
      checkTransitions(inner, here, report);
  }
}

function isTerminal(state: Values): boolean {
  return state.End === true || state.Type === "Succeed" || state.Type === "Fail";
}

function transitionsOf(state: Values, at: string): readonly Transition[] {
  const found: Transition[] = [];
  const add = (target: Json | undefined, here: string): void => {
    if (typeof target === "string") found.push({ target, at: here });
  };
  add(state.Next, `${at}/Next`);
  add(state.Default, `${at}/Default`);
  for (const list of ["Choices", "Catch"]) {
    const rules = state[list];
    if (!isArray(rules)) continue;
    for (const [index, rule] of rules.entries()) {
      if (isObject(rule)) add(rule.Next, `${at}/${list}[${index}]/Next`);
    }
  }
  return found;
}

function checkReachable(
  states: Readonly<Record<string, Values>>,
  start: string,
  at: string,
  report: Report,
): void {
  const reached = new Set([start]);
  // A set goes on over what is added while it is walked.
  for (const name of reached) {
    const state = Object.hasOwn(states, name) ? states[name]! : {};
    for (const { target } of transitionsOf(state, "")) reached.add(target);
  }
  for (const name of Object.keys(states)) {
    if (reached.has(name)) continue;
    report.error("MISSING_TRANSITION_TARGET", `State "${name}" is not reachable.`, `${at}/States/${name}`);
  }
}

function blocksOf(state: Values, at: string): readonly (readonly [Values, string])[] {
  if (state.Type === "Parallel" && isArray(state.Branches)) {
    return state.Branches.map((branch, index) => [branch as Values, `${at}/Branches[${index}]`] as const);
  }
  if (state.Type !== "Map") return [];
  const field = state.ItemProcessor === undefined ? "Iterator" : "ItemProcessor";
  return [[state[field] as Values, `${at}/${field}`]];
}
