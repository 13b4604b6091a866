// Text, references and directives of a template, by the rules of Velocity 1.7:
// a directive eats the rest of its line where that is blank, and `#set` the
// blanks before it too (velocity.apache.org/engine/1.7/user-guide.html).

import { VtlError } from "./error.ts";
import { readExpression, readReferenceStart } from "./parse-expression.ts";
import { Reader } from "./reader.ts";
import type { Branch, Node } from "./syntax.ts";

export const longestTemplate = 1_000_000;

/** Throws `VtlError` where the text is no template. */
export function parseTemplate(text: string): readonly Node[] {
  if (text.length > longestTemplate) throw new VtlError("The template is too long.");
  const reader = new Reader(text);
  const { nodes, end } = parseNodes(reader);
  if (end !== undefined) throw reader.error(`#${end} without its beginning`);
  return nodes;
}

type End = "end" | "else" | "elseif";

const unsupported = new Set(["macro", "parse", "include", "evaluate"]);

/** Up to the text's end, or to what ends a block, past which it moves. */
export function parseNodes(reader: Reader): { readonly nodes: readonly Node[]; readonly end?: End } {
  const nodes: Node[] = [];
  let text = "";
  const push = (node: Node): void => {
    if (text !== "") nodes.push({ kind: "text", text });
    text = "";
    nodes.push(node);
  };
  const finish = (): readonly Node[] => {
    if (text !== "") nodes.push({ kind: "text", text });
    return nodes;
  };
  for (;;) {
    text += reader.take(/[^$#\\]+/y)?.[0] ?? "";
    if (reader.atEnd) return { nodes: finish() };
    const backslashes = reader.take(/\\+/y)?.[0] ?? "";
    if (reader.look(/\$/y)) {
      const node = readReference(reader, backslashes.length);
      if (node !== undefined) push(node);
      else text += backslashes + reader.take(/\$/y)![0];
      continue;
    }
    if (backslashes !== "") {
      const escaped = reader.take(
        /#(?:(?:set|if|elseif|foreach|define)(?=\s*\()|(?:else|end|break|stop)\b)/y,
      );
      text += escaped === undefined ? backslashes : backslashes.slice(1) + escaped[0];
      continue;
    }
    const raw = readRaw(reader);
    if (raw !== undefined) {
      text += raw;
      continue;
    }
    const word = readDirectiveName(reader);
    if (word === undefined) text += reader.take(/#/y)![0];
    else if (word === "end" || word === "else" || word === "elseif") return { nodes: finish(), end: word };
    else {
      if (word === "set") text = text.replace(/[ \t]+$/, "");
      push(reader.nested(() => readDirective(reader, word)));
    }
  }
}

function readReference(reader: Reader, backslashes: number): Node | undefined {
  const from = reader.at;
  const start = readReferenceStart(reader);
  if (start === undefined) return undefined;
  return { kind: "reference", ...start, source: reader.text.slice(from, reader.at), backslashes };
}

/** Comments, of which nothing comes out, and `#[[ ]]#`, of which all does; undefined where there is neither. */
function readRaw(reader: Reader): string | undefined {
  if (reader.take(/##[^\r\n]*(?:\r\n|\r|\n)?/y)) return "";
  if (reader.take(/#\*(?:[^*]|\*(?!#))*\*#/y)) return "";
  return reader.take(/#\[\[((?:[^\]]|\](?!\]#))*)\]\]#/y)?.[1];
}

/** Directives with brackets. */
const opening = new Set(["set", "if", "elseif", "foreach", "define"]);

const blankRest = /(?:[ \t]*(?:\r\n|\r|\n))?/y;

/** A directive's name, past which it moves; undefined where the number sign is only text. */
function readDirectiveName(reader: Reader): string | undefined {
  const plain = reader.look(/#(?:(\w+)|\{(\w+)\})/y);
  const name = plain?.[1] ?? plain?.[2];
  if (plain === undefined || name === undefined) return undefined;
  if (unsupported.has(name)) throw reader.error(`#${name} is not supported`);
  if (name === "else" || name === "end" || name === "break" || name === "stop") {
    reader.at += plain[0].length;
    reader.take(blankRest);
    return name;
  }
  if (!opening.has(name)) return undefined;
  reader.at += plain[0].length;
  if (reader.take(/[ \t]*\(/y) === undefined) throw reader.error(`"(" is expected`);
  return name;
}

function readDirective(reader: Reader, word: string): Node {
  if (word === "break" || word === "stop") return { kind: word };
  if (word === "set") return readSet(reader);
  if (word === "if") return readIf(reader);
  if (word === "define") return readDefine(reader);
  return readForeach(reader);
}

function closeBracket(reader: Reader): void {
  reader.space();
  reader.expect(")");
  reader.take(blankRest);
}

function readSet(reader: Reader): Node {
  reader.space();
  const start = readReferenceStart(reader);
  if (start === undefined) throw reader.error("a reference is expected");
  reader.space();
  reader.expect("=");
  const value = readExpression(reader);
  closeBracket(reader);
  return { kind: "set", target: start.reference, value };
}

function readIf(reader: Reader): Node {
  const branches: Branch[] = [];
  let when: Branch["when"] = readExpression(reader);
  closeBracket(reader);
  for (;;) {
    const { nodes, end } = parseNodes(reader);
    branches.push({ when, body: nodes });
    if (end === "end") return { kind: "if", branches };
    if (end === undefined || when === undefined) throw reader.error("#end is expected");
    when = undefined;
    if (end === "elseif") {
      when = readExpression(reader);
      closeBracket(reader);
    }
  }
}

function readDefine(reader: Reader): Node {
  const name = readName(reader);
  closeBracket(reader);
  return { kind: "define", name, body: readBlock(reader) };
}

/** A reference that is no more than a name. */
function readName(reader: Reader): string {
  reader.space();
  const start = readReferenceStart(reader);
  if (start === undefined || start.reference.path.length > 0) throw reader.error("a name is expected");
  return start.reference.name;
}

function readBlock(reader: Reader): readonly Node[] {
  const { nodes, end } = parseNodes(reader);
  if (end !== "end") throw reader.error("#end is expected");
  return nodes;
}

function readForeach(reader: Reader): Node {
  const name = readName(reader);
  if (reader.take(/\s+in\s+/y) === undefined) throw reader.error(`"in" is expected`);
  const list = readExpression(reader);
  closeBracket(reader);
  return { kind: "foreach", name, list, body: readBlock(reader) };
}
