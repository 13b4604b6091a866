// The REST operations of one service as a tree over path segments, in which the
// most literal path wins. Compiled from the model at the service's first request.

import type { OperationModel } from "../../model/shapes.ts";
import { decodePercent } from "../query-string.ts";
import type { Candidate } from "./candidate.ts";
import { candidateOf, heaviestFirst } from "./candidate.ts";

export type Labels = Readonly<Record<string, string>>;

export interface PathMatch {
  readonly candidates: readonly Candidate[];
  /** By the position of the label in the path. */
  readonly values: readonly string[];
}

interface Node {
  readonly literals: Map<string, Node>;
  label: Node | undefined;
  /** `{Key+}`, with what follows it (`/policy`), the longest first. */
  readonly greedy: Greedy[];
  readonly methods: Map<string, Candidate[]>;
}

interface Greedy {
  readonly suffix: string;
  readonly node: Node;
}

export class PathTree {
  readonly #root = emptyNode();

  constructor(operations: Iterable<OperationModel>) {
    for (const operation of operations) this.#add(operation);
    sortNode(this.#root);
  }

  /** Every way to read the path for that method, the most literal first. `path` is as received, from its first slash. */
  *matches(method: string, path: string): Generator<PathMatch> {
    yield* walk(this.#root, method, path, 1, []);
  }

  #add(operation: OperationModel): void {
    const { method, uri } = operation.http;
    const mark = uri.indexOf("?");
    const path = mark < 0 ? uri : uri.slice(0, mark);
    const labels: string[] = [];
    let node = this.#root;
    const segments = path.split("/").filter((segment) => segment !== "");
    for (const [index, segment] of segments.entries()) {
      if (!segment.startsWith("{")) {
        node = literalChild(node, segment);
      } else if (segment.endsWith("+}")) {
        labels.push(segment.slice(1, -2));
        const rest = segments.slice(index + 1);
        node = greedyChild(node, rest.length === 0 ? "" : `/${rest.join("/")}`);
        break;
      } else {
        labels.push(segment.slice(1, -1));
        node.label ??= emptyNode();
        node = node.label;
      }
    }
    const candidates = node.methods.get(method) ?? [];
    candidates.push(candidateOf(operation, labels, mark < 0 ? "" : uri.slice(mark + 1)));
    node.methods.set(method, candidates);
  }
}

function* walk(
  node: Node,
  method: string,
  path: string,
  from: number,
  values: readonly string[],
): Generator<PathMatch> {
  // A slash at the end is the same path: models end in one where clients leave it out, and the reverse.
  if (from >= path.length) {
    const candidates = node.methods.get(method);
    if (candidates !== undefined) yield { candidates, values };
    return;
  }
  let end = path.indexOf("/", from);
  if (end < 0) end = path.length;
  const segment = path.slice(from, end);
  const literal = node.literals.get(segment);
  if (literal !== undefined) yield* walk(literal, method, path, end + 1, values);
  if (node.label !== undefined && segment !== "") {
    yield* walk(node.label, method, path, end + 1, [...values, decodePercent(segment)]);
  }
  for (const { suffix, node: next } of node.greedy) {
    // The key of an object may begin with a slash and end in one; only the empty key is none.
    const last = path.length - suffix.length;
    if (last <= from || !path.endsWith(suffix)) continue;
    yield* walk(next, method, path, path.length, [...values, decodePercent(path.slice(from, last))]);
  }
}

function emptyNode(): Node {
  return { literals: new Map(), label: undefined, greedy: [], methods: new Map() };
}

function literalChild(node: Node, segment: string): Node {
  let child = node.literals.get(segment);
  if (child === undefined) {
    child = emptyNode();
    node.literals.set(segment, child);
  }
  return child;
}

function greedyChild(node: Node, suffix: string): Node {
  const known = node.greedy.find((each) => each.suffix === suffix);
  if (known !== undefined) return known.node;
  const child = emptyNode();
  node.greedy.push({ suffix, node: child });
  node.greedy.sort((left, right) => right.suffix.length - left.suffix.length);
  return child;
}

function sortNode(node: Node): void {
  for (const candidates of node.methods.values()) candidates.sort(heaviestFirst);
  for (const child of node.literals.values()) sortNode(child);
  if (node.label !== undefined) sortNode(node.label);
  for (const { node: child } of node.greedy) sortNode(child);
}
