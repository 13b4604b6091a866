// Projection expressions: which attributes, map members and list elements of
// an item are shown. Also what UPDATED_OLD and UPDATED_NEW show of an update.

import { type AttributeValue, attribute, type Item, setAttribute } from "../values/attribute-value.ts";
import { type Names, type Path, parsePath, refuseOverlap, resolvePath, type WrittenPath } from "./path.ts";
import { TokenStream } from "./token-stream.ts";

/** Paths merged by their common beginnings; a node without children shows all that is there. */
export interface PathTree {
  readonly children: Map<string | number, PathTree>;
}

export interface CompiledProjection {
  readonly placeholders: readonly string[];
  /** First elements of the paths. */
  readonly attributes: readonly string[];
  readonly tree: PathTree;
}

export function compileProjection(text: string, names: Names | undefined): CompiledProjection {
  const stream = new TokenStream("ProjectionExpression", text);
  const paths: WrittenPath[] = [parsePath(stream)];
  while (stream.acceptSymbol(",")) paths.push(parsePath(stream));
  stream.expectEnd();
  const placeholders = new Set<string>();
  for (const path of paths) {
    for (const element of path) {
      if (typeof element === "string" && element.startsWith("#")) placeholders.add(element);
    }
    resolvePath(stream, path, names);
  }
  refuseOverlap(stream, paths);
  return {
    placeholders: [...placeholders],
    attributes: [...new Set(paths.map((path) => path[0] as string))],
    tree: pathTree(paths),
  };
}

/** None of the paths is the beginning of another. */
export function pathTree(paths: readonly Path[]): PathTree {
  const root: PathTree = { children: new Map() };
  for (const path of paths) {
    let node = root;
    for (const element of path) {
      let child = node.children.get(element);
      if (child === undefined) {
        child = { children: new Map() };
        node.children.set(element, child);
      }
      node = child;
    }
  }
  return root;
}

export function project(item: Item, tree: PathTree): Item {
  const shown: Record<string, AttributeValue> = {};
  for (const [name, child] of tree.children) {
    const value = attribute(item, name as string);
    const part = value === undefined ? undefined : projectValue(value, child);
    if (part !== undefined) setAttribute(shown, name as string, part);
  }
  return shown;
}

function projectValue(value: AttributeValue, tree: PathTree): AttributeValue | undefined {
  if (tree.children.size === 0) return value;
  const [first] = tree.children.keys();
  if (typeof first === "string") {
    if (value.M === undefined) return undefined;
    const shown = project(value.M, tree);
    for (const _ in shown) return { M: shown };
    return undefined;
  }
  if (value.L === undefined) return undefined;
  const indexes = [...tree.children.keys()] as number[];
  const elements: AttributeValue[] = [];
  for (const index of indexes.sort((a, b) => a - b)) {
    const element = value.L[index];
    const part = element === undefined ? undefined : projectValue(element, tree.children.get(index)!);
    if (part !== undefined) elements.push(part);
  }
  return elements.length === 0 ? undefined : { L: elements };
}
