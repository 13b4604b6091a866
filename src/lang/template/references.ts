// Which resources a value needs, and in which order that puts them. Only the
// branch of an `Fn::If` that is taken counts.

import { TemplateError } from "./error.ts";
import { calledFunction, unresolvedDependency } from "./evaluate.ts";
import { attributePath } from "./parse.ts";
import type { Template } from "./template.ts";
import { isFields, type Value } from "./value.ts";

export interface Reference {
  readonly name: string;
  /** Undefined for `Ref`. */
  readonly attribute?: string;
}

type Decide = (condition: string) => boolean;

/** Every name that a value refers to: parameters, pseudo parameters and resources. */
export function references(value: Value, decide: Decide | undefined): readonly Reference[] {
  const found: Reference[] = [];
  collect(value, decide, found);
  return found;
}

function collect(value: Value, decide: Decide | undefined, found: Reference[]): void {
  if (Array.isArray(value)) {
    for (const each of value) collect(each, decide, found);
    return;
  }
  if (!isFields(value)) return;
  const name = calledFunction(value);
  const argument = name === undefined ? undefined : value[name];
  if (name === "Ref" && typeof argument === "string") found.push({ name: argument });
  else if (name === "Fn::GetAtt" && argument !== undefined) {
    const [resource, ...path] = (
      typeof argument === "string" ? attributePath(argument) : argument
    ) as Value[];
    if (typeof resource === "string")
      found.push({
        name: resource,
        attribute: path.every((each) => typeof each === "string") ? path.join(".") : "",
      });
    for (const each of path) collect(each, decide, found);
  } else if (name === "Fn::Sub" && argument !== undefined) collectNames(argument, decide, found);
  else if (name === "Fn::If" && decide !== undefined && Array.isArray(argument)) {
    const [condition, yes = null, no = null] = argument;
    if (typeof condition === "string") collect(decide(condition) ? yes : no, decide, found);
  } else for (const each of Object.values(value)) collect(each, decide, found);
}

function collectNames(argument: Value, decide: Decide | undefined, found: Reference[]): void {
  const [text, names] = Array.isArray(argument) ? argument : [argument, {}];
  const own = isFields(names) ? names : {};
  for (const each of Object.values(own)) collect(each, decide, found);
  if (typeof text !== "string") return;
  for (const [, given = ""] of text.matchAll(/\$\{([^}]*)\}/g)) {
    const name = given.trim();
    if (name.startsWith("!") || name in own) continue;
    const [resource = "", attribute] = name.includes("::") ? [name] : attributePath(name);
    found.push(attribute === undefined ? { name: resource } : { name: resource, attribute });
  }
}

/** The resources that each resource needs. `included` are those whose conditions hold. */
export function dependencies(
  template: Template,
  included: ReadonlySet<string>,
  decide: Decide,
): ReadonlyMap<string, readonly string[]> {
  const graph = new Map<string, readonly string[]>();
  for (const id of included) {
    const resource = template.resources.get(id);
    if (resource === undefined) continue;
    const needs = new Set<string>();
    const { properties, updatePolicy } = resource;
    const values: readonly Value[] = updatePolicy === undefined ? [properties] : [properties, updatePolicy];
    for (const { name } of references(values, decide)) if (included.has(name)) needs.add(name);
    for (const name of resource.dependsOn) if (included.has(name)) needs.add(name);
    graph.set(id, [...needs]);
  }
  return graph;
}

/** Fails for references to what the template does not declare. */
export function checkReferences(template: Template, pseudo: ReadonlySet<string>): void {
  const known = (name: string): boolean =>
    pseudo.has(name) || template.parameters.has(name) || template.resources.has(name);
  const missing = new Set<string>();
  for (const resource of template.resources.values()) {
    for (const { name, attribute } of references(resource.properties, undefined)) {
      if (known(name)) continue;
      if (attribute !== undefined) {
        throw new TemplateError(
          `Template error: instance of Fn::GetAtt references undefined resource ${name}`,
        );
      }
      missing.add(name);
    }
    for (const name of resource.dependsOn) if (!template.resources.has(name)) missing.add(name);
    if (resource.condition !== undefined && template.conditions[resource.condition] === undefined) {
      throw new TemplateError(
        `Template format error: Unresolved condition dependency ${resource.condition} in the Resources block of the template`,
      );
    }
  }
  if (missing.size > 0) throw unresolvedDependency([...missing], "Resources");
  const outside = new Set<string>();
  for (const output of template.outputs.values()) {
    for (const { name } of references(output.value, undefined)) if (!known(name)) outside.add(name);
    if (output.condition !== undefined && template.conditions[output.condition] === undefined) {
      throw new TemplateError(
        `Template format error: Unresolved condition dependency ${output.condition} in the Outputs block of the template`,
      );
    }
  }
  if (outside.size > 0) throw unresolvedDependency([...outside], "Outputs");
}

/** Fails where resources need each other in a circle; otherwise the ids, each after those it needs. */
export function inOrder(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const waiting = new Map(
    [...graph].map(([id, needs]) => [id, needs.filter((each) => graph.has(each)).length]),
  );
  const needed = new Map<string, string[]>();
  for (const [id, needs] of graph) {
    for (const each of needs) {
      const list = needed.get(each);
      if (list === undefined) needed.set(each, [id]);
      else list.push(id);
    }
  }
  const order: string[] = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
  for (let at = 0; at < order.length; at++) {
    for (const id of needed.get(order[at]!) ?? []) {
      const left = waiting.get(id)! - 1;
      waiting.set(id, left);
      if (left === 0) order.push(id);
    }
  }
  if (order.length < graph.size) {
    const circle = [...graph.keys()].filter((id) => !order.includes(id)).sort();
    throw new TemplateError(`Circular dependency between resources: [${circle.join(", ")}]`);
  }
  return order;
}
