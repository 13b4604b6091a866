// Which variables the states of a machine look at, as DescribeStateMachine tells it.

import { variablesIn } from "../../../lang/jsonata/variables.ts";
import { isIntrinsic } from "./data/intrinsics/compile.ts";
import { type Part, parseIntrinsic } from "./data/intrinsics/parse.ts";
import { expressionIn } from "./data/jsonata.ts";
import type { Json } from "./data/scope.ts";
import type { StateDefinition, StateMachineDefinition, StatesBlock } from "./definition.ts";

type References = Readonly<Record<string, readonly string[]>>;

/** Names of states to names of variables; states without any are left out. */
export function variableReferences(definition: StateMachineDefinition): References {
  const states = [...statesOf(definition)];
  const assigned = new Set<string>();
  for (const [, state] of states) for (const name of assignedBy(state as unknown as Json)) assigned.add(name);
  const found: Record<string, readonly string[]> = {};
  for (const [name, state] of states) {
    const jsonata = (state.QueryLanguage ?? definition.QueryLanguage) === "JSONata";
    // Functions and an expression's own variables have names like these, but nobody assigns them.
    const used = [...new Set(textsOf(ownFields(state), jsonata))].filter((each) => assigned.has(each));
    if (used.length > 0) found[name] = used;
  }
  return found;
}

const blocks = ["Branches", "ItemProcessor", "Iterator"] as const;

function* statesOf(block: StatesBlock): Iterable<readonly [string, StateDefinition]> {
  for (const [name, state] of Object.entries(block.States)) {
    yield [name, state];
    if (state.Type === "Parallel") for (const branch of state.Branches) yield* statesOf(branch);
    if (state.Type === "Map") yield* statesOf(state.ItemProcessor ?? state.Iterator!);
  }
}

/** Without the states within. */
function ownFields(state: StateDefinition): Json {
  return Object.fromEntries(
    Object.entries(state).filter(([name]) => !blocks.some((block) => block === name)),
  ) as Json;
}

/** Assign stands in the state, in its catchers and in the rules of a Choice. */
function* assignedBy(value: Json): Iterable<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [field, inner] of Object.entries(value)) {
    if (blocks.some((block) => block === field)) continue;
    if (field !== "Assign") yield* assignedBy(inner);
    else for (const name of Object.keys(inner ?? {})) yield name.replace(/\.\$$/, "");
  }
}

function* textsOf(value: Json, jsonata: boolean, field = ""): Iterable<string> {
  if (typeof value === "string") yield* jsonata ? inExpression(value) : inPath(value, field);
  else if (Array.isArray(value)) for (const each of value) yield* textsOf(each, jsonata, field);
  else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* textsOf(inner, jsonata, name);
  }
}

function inExpression(text: string): readonly string[] {
  const expression = expressionIn(text);
  return expression === undefined ? [] : variablesIn(expression);
}

/** Only such fields hold paths. */
const holdsPath = /(\.\$|Path|^Variable)$/;
const rooted = /^\$([\p{ID_Start}_][\p{ID_Continue}]*)/u;

function* inPath(text: string, field: string): Iterable<string> {
  if (!holdsPath.test(field)) return;
  for (const path of isIntrinsic(text) ? pathsOf(parseIntrinsic(text)) : [text]) {
    const name = rooted.exec(path)?.[1];
    if (name !== undefined) yield name;
  }
}

function* pathsOf(part: Part): Iterable<string> {
  if (part.kind === "path") yield part.text;
  else if (part.kind === "call") for (const inner of part.parts) yield* pathsOf(inner);
}
