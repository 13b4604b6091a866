// jq, the language in which records are asked for values, as far as asking goes:
// filters, functions, texts, times and patterns. Not what changes values by
// paths (`=`, `|=`, `path`, `del`), what reads further inputs, and modules.

import { run, type World } from "./evaluate.ts";
import { natives } from "./natives.ts";
import { parse } from "./parse.ts";
import { prelude } from "./prelude.ts";
import { JqError, type Json, type Node } from "./syntax.ts";

export { JqError, type Json };

export interface JqProgram {
  /** All that the program makes of a value. */
  run(input: Json, world: World): readonly Json[];
}

const mostValues = 10_000;

/** Throws `JqError` where the text is no program, or names a function that is not there. */
export function compileJq(source: string): JqProgram {
  const program = parse(source);
  checkCalls(program, new Set(known()));
  return {
    run: (input, world) => {
      const values: Json[] = [];
      for (const value of run(program, input, world)) {
        if (values.push(value) > mostValues) throw new JqError("the program makes too many values");
      }
      return values;
    },
  };
}

const special = ["empty/0", "now/0", "error/1", "range/2", "limit/2", "first/1"];
const byFilter = ["sort_by/1", "group_by/1", "unique_by/1", "min_by/1", "max_by/1"];

function known(): readonly string[] {
  const defined = prelude().map(({ name, parameters }) => `${name}/${parameters.length}`);
  return [...Object.keys(natives), ...special, ...byFilter, ...defined];
}

function checkCalls(node: Node, names: ReadonlySet<string>): void {
  if (node.type === "call") {
    const name = `${node.name}/${node.parameters.length}`;
    if (!names.has(name)) throw new JqError(`${name} is not defined`);
  }
  if (node.type === "define") {
    const { name, parameters, body } = node.definition;
    const within = new Set(names).add(`${name}/${parameters.length}`);
    const inside = new Set(within);
    for (const parameter of parameters) inside.add(`${parameter.replace("$", "")}/0`);
    checkCalls(body, inside);
    checkCalls(node.body, within);
    return;
  }
  for (const child of children(node)) checkCalls(child, names);
}

/** The nodes right below a node. */
function children(node: object): readonly Node[] {
  return Object.values(node).flatMap((value: unknown): readonly Node[] => {
    if (Array.isArray(value)) return value.flatMap((each) => nodesOf(each));
    return nodesOf(value);
  });
}

function nodesOf(value: unknown): readonly Node[] {
  if (typeof value !== "object" || value === null) return [];
  // A literal holds a value of the user's, which is no node.
  if ("type" in value) return value.type === "literal" ? [] : [value as Node];
  return "key" in value ? children(value) : [];
}
