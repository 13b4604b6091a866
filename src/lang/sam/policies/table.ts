// Policy templates: documents with gaps, which a function's or a state machine's
// `Policies` name. A line without an indent names a template and its gaps, each
// `name` (the parameter is written with a capital) or `name=Parameter`; `on` and
// `if` follow the actions they are for. `~` and `@` are short for the beginning
// and the middle of an ARN, `<name>` for a gap; a list of resources begins with `-`, a single action with `=`.

import type { Fields, Value } from "../../template/value.ts";
import { refuse } from "../refusal.ts";
import { policiesAToF } from "./a-to-f.ts";
import { policiesFToZ } from "./f-to-z.ts";

interface Template {
  /** From the name in the text to the parameter. */
  readonly gaps: ReadonlyMap<string, string>;
  readonly statements: Statement[];
}

interface Statement {
  actions: string[];
  resources?: string;
  condition?: string;
}

let templates: ReadonlyMap<string, Template> | undefined;

function read(): ReadonlyMap<string, Template> {
  const found = new Map<string, Template>();
  let template: Template | undefined;
  for (const line of `${policiesAToF}\n${policiesFToZ}`.split("\n")) {
    if (line === "") continue;
    const words = line.trim().split(" ");
    if (!line.startsWith(" ")) {
      const gaps = words.slice(1).map((word): [string, string] => {
        const [name = "", parameter = name.charAt(0).toUpperCase() + name.slice(1)] = word.split("=");
        return [name, parameter];
      });
      template = { gaps: new Map(gaps), statements: [] };
      found.set(words[0] ?? "", template);
      continue;
    }
    let statement = template?.statements.at(-1);
    const rest = words.slice(1).join(" ");
    if (words[0] === "on" && statement !== undefined) statement.resources = rest;
    else if (words[0] === "if" && statement !== undefined) statement.condition = rest;
    else {
      if (statement === undefined || statement.resources !== undefined) {
        statement = { actions: [] };
        template?.statements.push(statement);
      }
      statement.actions.push(...words);
    }
  }
  return found;
}

export function isPolicyTemplate(name: string): boolean {
  templates ??= read();
  return templates.has(name);
}

/** The document that a template makes of its parameters' values. */
export function policyOf(name: string, parameters: Fields): Fields {
  templates ??= read();
  const template = templates.get(name);
  if (template === undefined) refuse(`A policy template with the name '${name}' does not exist`);
  const missing = [...template.gaps.values()].filter((each) => parameters[each] === undefined);
  if (missing.length > 0)
    refuse(
      `Following required parameters of template '${name}' don't have values: [${missing.map((each) => `'${each}'`).join(", ")}]`,
    );
  return { Statement: template.statements.map((each) => statementOf(each, template.gaps, parameters)) };
}

function statementOf(given: Statement, gaps: ReadonlyMap<string, string>, parameters: Fields): Fields {
  const [first = ""] = given.actions;
  const Action = first.startsWith("=") ? first.slice(1) : given.actions;
  const filled = (text: string): Value => substitution(text, gaps, parameters);
  const resources = given.resources ?? "";
  const Resource = resources.startsWith("- ") ? resources.slice(2).split(" ").map(filled) : filled(resources);
  const statement: Fields = { Effect: "Allow", Action, Resource };
  if (given.condition === undefined) return statement;
  const [key = "", value = ""] = given.condition.split(" ");
  return { ...statement, Condition: { StringEquals: { [key]: filled(value) } } };
}

function substitution(text: string, gaps: ReadonlyMap<string, string>, parameters: Fields): Value {
  if (text === "*") return text;
  const long = text
    .replace("~", "arn:<AWS::Partition>:")
    .replace("@", "<AWS::Region>:<AWS::AccountId>")
    .replace(/<([^>]+)>/g, (_whole, name: string) => `$\{${name}}`);
  const used: Record<string, Value> = {};
  for (const [, name = ""] of long.matchAll(/\$\{(\w+)\}/g)) {
    const parameter = gaps.get(name);
    if (parameter !== undefined) used[name] = parameters[parameter] ?? null;
  }
  return { "Fn::Sub": Object.keys(used).length === 0 ? long : [long, used] };
}
