// The tree of an API's resources, for finding the one that a path means: a
// static part wins over a parameter, and a parameter over a greedy one.

import type { ResourceState } from "../../apis/resource.ts";

export interface RouteMatch {
  readonly resource: ResourceState;
  /** As received: percent-encoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Node {
  readonly children: Map<string, Node>;
  parameter: { readonly name: string; readonly node: Node } | undefined;
  greedy: { readonly name: string; readonly resource: ResourceState } | undefined;
  resource: ResourceState | undefined;
}

const emptyNode = (): Node => ({
  children: new Map(),
  parameter: undefined,
  greedy: undefined,
  resource: undefined,
});

/** Resources without methods lead nowhere. */
export function routeTree(resources: readonly ResourceState[]): (path: string) => RouteMatch | undefined {
  const root = emptyNode();
  for (const resource of resources) {
    if (Object.keys(resource.methods).length > 0) add(root, resource);
  }
  return (path) => find(root, partsOf(path), 0, []);
}

/** A slash at the end makes no difference. */
function partsOf(path: string): readonly string[] {
  const parts = path.split("/").slice(1);
  if (parts.at(-1) === "") parts.pop();
  return parts;
}

function add(root: Node, resource: ResourceState): void {
  let node = root;
  for (const part of partsOf(resource.path)) {
    const label = /^\{([^}+]+)(\+?)\}$/.exec(part);
    if (label === null) {
      const child = node.children.get(part) ?? emptyNode();
      node.children.set(part, child);
      node = child;
    } else if (label[2] === "+") {
      node.greedy = { name: label[1]!, resource };
      return;
    } else {
      node.parameter ??= { name: label[1]!, node: emptyNode() };
      node = node.parameter.node;
    }
  }
  node.resource = resource;
}

type Found = readonly (readonly [string, string])[];

function find(node: Node, parts: readonly string[], at: number, found: Found): RouteMatch | undefined {
  const part = parts[at];
  if (part === undefined) {
    if (node.resource === undefined) return undefined;
    return { resource: node.resource, pathParameters: Object.fromEntries(found) };
  }
  const child = node.children.get(part);
  const fixed = child && find(child, parts, at + 1, found);
  if (fixed !== undefined) return fixed;
  const { parameter, greedy } = node;
  if (parameter !== undefined && part !== "") {
    const deeper = find(parameter.node, parts, at + 1, [...found, [parameter.name, part]]);
    if (deeper !== undefined) return deeper;
  }
  if (greedy === undefined) return undefined;
  const rest = [...found, [greedy.name, parts.slice(at).join("/")] as const];
  return { resource: greedy.resource, pathParameters: Object.fromEntries(rest) };
}
