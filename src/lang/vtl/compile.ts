// A template as closures. Running one costs no look at its text: the nodes were
// compiled once, and each writes to the run's output.

import { compileExpression, compileReference } from "./compile-expression.ts";
import { VtlError } from "./error.ts";
import { allIterations, bounded, longestText, loopIterations } from "./limits.ts";
import { callMethod } from "./methods/methods.ts";
import type { Branch, Node, Reference } from "./syntax.ts";
import { emptyMap, isMap, isTrue, Lent, putMember, textOf, type Value } from "./value.ts";

/** One run of a template: its variables and what has come out so far. */
export interface Run {
  out: string;
  readonly variables: Map<string, Value>;
  /** What stops a loop, or everything. */
  halted: "break" | "stop" | undefined;
  iterations: number;
  /** Whether what is missing prints as nothing, rather than as it stands in the template. */
  readonly quiet: boolean;
  /** Definitions that are being printed, one within the other. */
  depth: number;
}

export type Step = (run: Run) => void;

export function compileNodes(nodes: readonly Node[]): Step {
  const steps = nodes.map(compileNode);
  const [first, second] = steps;
  if (first === undefined) return () => undefined;
  if (second === undefined) return first;
  return (run) => {
    for (const step of steps) {
      step(run);
      if (run.halted !== undefined) return;
    }
  };
}

function compileNode(node: Node): Step {
  switch (node.kind) {
    case "text":
      return (run) => write(run, node.text);
    case "reference":
      return compileOutput(node);
    case "set":
      return compileSet(node.target, compileExpression(node.value));
    case "if":
      return compileIf(node.branches);
    case "foreach":
      return compileForeach(node);
    case "define":
      return compileDefine(node.name, compileNodes(node.body));
    case "break":
    case "stop":
      return (run) => {
        run.halted = node.kind;
      };
  }
}

export function write(run: Run, text: string): void {
  run.out += text;
  if (run.out.length > longestText) throw new VtlError("The template's output is too long.");
}

function compileOutput(node: Node & { readonly kind: "reference" }): Step {
  const value = compileReference(node.reference);
  const { source, backslashes, quiet } = node;
  const slashes = "\\".repeat(backslashes);
  const absent = (run: Run): string => (quiet || run.quiet ? "" : source);
  if (backslashes === 0) {
    return (run) => {
      const found = value(run);
      write(run, found === null ? absent(run) : textOf(found));
    };
  }
  const kept = "\\".repeat(Math.floor(backslashes / 2));
  return (run) => {
    const found = value(run);
    if (found === null) write(run, slashes + source);
    else write(run, kept + (backslashes % 2 === 1 ? source : textOf(found)));
  };
}

/** What is nothing is not assigned: the variable keeps what it had. */
function compileSet({ name, path }: Reference, value: (run: Run) => Value): Step {
  const last = path.at(-1);
  if (last === undefined) {
    return (run) => {
      const found = value(run);
      if (found !== null) run.variables.set(name, bounded(found));
    };
  }
  const owner = compileReference({ name, path: path.slice(0, -1) });
  const key =
    last.kind === "index"
      ? compileExpression(last.at)
      : last.kind === "property"
        ? () => last.name
        : undefined;
  if (key === undefined) throw new VtlError(`#set cannot assign to the method ${name}.`);
  return (run) => {
    const found = value(run);
    const on = owner(run);
    if (found === null || on === null) return;
    assign(on, key(run), bounded(found));
  };
}

function assign(on: Value, key: Value, value: Value): void {
  if (on instanceof Lent) on.assign(textOf(key), value);
  else if (Array.isArray(on)) callMethod(on, "set", [key, value]);
  else if (isMap(on)) putMember(on, textOf(key), value);
}

const deepestDefinition = 20;

/** A definition is run where it is printed, with the variables of that moment. */
function compileDefine(name: string, body: Step): Step {
  return (run) => {
    const text = (): string => {
      if (run.depth >= deepestDefinition)
        throw new VtlError("The template's definitions are nested too deep.");
      run.depth++;
      const printed = captured(run, body);
      run.depth--;
      return printed;
    };
    run.variables.set(name, new Lent(name, { text }));
  };
}

/** What the step prints, apart. */
export function captured(run: Run, step: Step): string {
  const before = run.out;
  run.out = "";
  step(run);
  const text = run.out;
  run.out = before;
  return text;
}

function compileIf(branches: readonly Branch[]): Step {
  const compiled = branches.map(({ when, body }) => ({
    when: when === undefined ? () => true : compileExpression(when),
    body: compileNodes(body),
  }));
  return (run) => {
    for (const { when, body } of compiled) {
      if (isTrue(when(run))) {
        body(run);
        return;
      }
    }
  };
}

/** What a loop goes through: a list's items, a map's values. */
function itemsOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return [...value];
  return isMap(value) ? Object.values(value) : [];
}

function compileForeach(node: Node & { readonly kind: "foreach" }): Step {
  const list = compileExpression(node.list);
  const body = compileNodes(node.body);
  const { name } = node;
  const kept = [name, "foreach", "velocityCount", "velocityHasNext"];
  return (run) => {
    const items = itemsOf(list(run)).slice(0, loopIterations);
    const before = kept.map((each) => run.variables.get(each));
    const parent = run.variables.get("foreach") ?? null;
    for (const [index, item] of items.entries()) {
      if (++run.iterations > allIterations) throw new VtlError("The template's loops run too long.");
      if (item === null) run.variables.delete(name);
      else run.variables.set(name, item);
      const hasNext = index < items.length - 1;
      run.variables.set("foreach", loopState(index, hasNext, parent));
      run.variables.set("velocityCount", index + 1);
      run.variables.set("velocityHasNext", hasNext);
      body(run);
      if (run.halted !== undefined) break;
    }
    if (run.halted === "break") run.halted = undefined;
    for (const [at, each] of kept.entries()) {
      const value = before[at];
      if (value === undefined) run.variables.delete(each);
      else run.variables.set(each, value);
    }
  };
}

function loopState(index: number, hasNext: boolean, parent: Value): Value {
  const state = emptyMap();
  const top = parent !== null && isMap(parent) ? (parent.topmost ?? parent) : null;
  Object.assign(state, {
    index,
    count: index + 1,
    hasNext,
    first: index === 0,
    last: !hasNext,
    ...(parent === null ? {} : { parent, topmost: top }),
  });
  return state;
}
