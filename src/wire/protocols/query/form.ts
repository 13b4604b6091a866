// The parameters of a query request as a tree: `Tag.1.Key=a` is the path Tag, 1,
// Key. Lists are numbered by the client, so indices are read as names and sorted,
// and a huge one costs no more than a small one.

import { maxDepth, Unreadable } from "../unreadable.ts";

export interface FormNode {
  value: string | undefined;
  readonly children: Map<string, FormNode>;
}

/** AWS's services stop far below; this bounds memory. */
const maxParameters = 50_000;

/** Parses form bodies and query strings into one tree. Throws `Unreadable`. */
export function parseForm(...sources: readonly string[]): FormNode {
  const root = node();
  let count = 0;
  for (const source of sources) {
    for (let start = 0; start < source.length; ) {
      let end = source.indexOf("&", start);
      if (end < 0) end = source.length;
      if (end > start) {
        if (++count > maxParameters) throw new Unreadable("The request has too many parameters.");
        const equals = source.indexOf("=", start);
        const split = equals < 0 || equals > end ? end : equals;
        place(root, decode(source.slice(start, split)), decode(source.slice(split + 1, end)));
      }
      start = end + 1;
    }
  }
  return root;
}

function node(): FormNode {
  return { value: undefined, children: new Map() };
}

function place(root: FormNode, path: string, value: string): void {
  let at = root;
  let depth = 0;
  for (let start = 0; start <= path.length; ) {
    let end = path.indexOf(".", start);
    if (end < 0) end = path.length;
    if (++depth > maxDepth) throw new Unreadable("A parameter is nested too deeply.");
    const name = path.slice(start, end);
    let child = at.children.get(name);
    if (child === undefined) {
      child = node();
      at.children.set(name, child);
    }
    at = child;
    start = end + 1;
  }
  at.value = value;
}

function decode(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw new Unreadable("The request contains a malformed percent-encoding.");
  }
}

const index = /^\d{1,6}$/;

/** The children that are numbered, in the order of their numbers; gaps close, as on AWS. */
export function numbered(parent: FormNode): readonly FormNode[] {
  const entries: [number, FormNode][] = [];
  for (const [name, child] of parent.children) {
    if (/^\d+$/.test(name) && !index.test(name))
      throw new Unreadable(`The list index ${name} is out of range.`);
    if (index.test(name)) entries.push([Number(name), child]);
  }
  for (let at = 1; at < entries.length; at++) {
    if (entries[at - 1]![0] > entries[at]![0]) {
      entries.sort(([one], [other]) => one - other);
      break;
    }
  }
  return entries.map(([, child]) => child);
}
