// Document paths: `a.b[0].#c`. Names are text, list positions numbers.

import { type AttributeValue, attribute, type Item } from "../values/attribute-value.ts";
import { isReservedWord } from "./reserved-words.ts";
import type { TokenStream } from "./token-stream.ts";

export type Path = readonly (string | number)[];

/** Text of `ExpressionAttributeNames`. */
export type Names = Readonly<Record<string, string>>;

/** A path as it is written: placeholders keep their `#` until `resolvePath`. */
export type WrittenPath = (string | number)[];

const deepestPath = 32;

export function parsePath(stream: TokenStream): WrittenPath {
  const path: WrittenPath = [parseName(stream)];
  for (;;) {
    if (stream.acceptSymbol(".")) path.push(parseName(stream));
    else if (stream.acceptSymbol("[")) {
      const token = stream.peek();
      if (token.kind !== "number") throw stream.syntaxError();
      const index = Number(token.text);
      if (index > 0xffff_ffff)
        throw stream.error(`List index is not within the allowable range; index: [${token.text}]`);
      stream.next();
      path.push(index);
      stream.expectSymbol("]");
    } else break;
  }
  if (path.length > deepestPath) {
    throw stream.error(`The document path has too many nesting elements; nesting levels: ${path.length}`);
  }
  return path;
}

function parseName(stream: TokenStream): string {
  const token = stream.peek();
  if (token.kind !== "name" && token.kind !== "placeholder") throw stream.syntaxError();
  return stream.next().text;
}

/** Replaces placeholders, in place, and refuses reserved words. */
export function resolvePath(stream: TokenStream, path: WrittenPath, names: Names | undefined): void {
  path.forEach((element, at) => {
    if (typeof element === "number") return;
    if (element.startsWith("#")) {
      const name = names !== undefined && Object.hasOwn(names, element) ? names[element] : undefined;
      if (name === undefined) {
        throw stream.error(
          `An expression attribute name used in the document path is not defined; attribute name: ${element}`,
        );
      }
      path[at] = name;
    } else if (isReservedWord(element)) {
      throw stream.error(`Attribute name is a reserved keyword; reserved keyword: ${element}`);
    }
  });
}

/** `[a, b, [0]]`, as AWS prints paths. */
export function showPath(path: Path): string {
  return `[${path.map((element) => (typeof element === "number" ? `[${element}]` : element)).join(", ")}]`;
}

export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value = attribute(item, path[0] as string);
  for (let at = 1; at < path.length && value !== undefined; at += 1) {
    const element = path[at]!;
    if (typeof element === "number") value = value.L?.[element];
    else value = value.M === undefined ? undefined : attribute(value.M, element);
  }
  return value;
}

/** Refuses paths of which one contains the other, or that disagree on whether something is a list or a map. */
export function refuseOverlap(stream: TokenStream, paths: readonly Path[]): void {
  for (let second = 1; second < paths.length; second += 1) {
    for (let first = 0; first < second; first += 1) {
      const verdict = relation(paths[first]!, paths[second]!);
      if (verdict !== undefined) {
        throw stream.error(
          `Two document paths ${verdict} with each other; must remove or rewrite one of these paths; ` +
            `path one: ${showPath(paths[first]!)}, path two: ${showPath(paths[second]!)}`,
        );
      }
    }
  }
}

function relation(one: Path, two: Path): "overlap" | "conflict" | undefined {
  const length = Math.min(one.length, two.length);
  for (let at = 0; at < length; at += 1) {
    if (one[at] === two[at]) continue;
    return typeof one[at] === typeof two[at] ? undefined : "conflict";
  }
  return "overlap";
}
