// A small strict XML 1.0 reader for request bodies. It has no DTD and so no
// entities but the predefined five and character references: nothing expands,
// nothing is fetched. Depth and the number of elements are bounded.

import type { XmlElement } from "./element.ts";

/** The text is not well-formed, or beyond the limits. */
export class XmlError extends Error {
  override readonly name = "XmlError";
}

const maxDepth = 128;
const maxElements = 500_000;

interface OpenElement {
  readonly qualifiedName: string;
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const noAttributes: ReadonlyMap<string, string> = new Map();
// Matched at a position, so that no text is copied before it is known to matter.
const startTag =
  /<([\p{L}_:][\p{L}\p{N}\p{M}_:.\-·]*)((?:\s+[^\s"'<>/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/uy;
const endTag = /<\/([^\s<>/]+)\s*>/y;
const attribute = /([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids exactly these.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** The root element of a document. Throws `XmlError`. */
export function readXml(source: string): XmlElement {
  const text = normalized(source);
  const stack: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;

  const addText = (content: string): void => {
    const open = stack.at(-1);
    if (open !== undefined) open.text += content;
    else if (content.trim() !== "") throw new XmlError("Content is not allowed outside the root element.");
  };
  const close = (element: OpenElement): void => {
    const { name, attributes, children, text: content } = element;
    const closed = {
      name,
      attributes: attributes.size === 0 ? noAttributes : attributes,
      children,
      text: content,
    };
    const parent = stack.at(-1);
    if (parent !== undefined) parent.children.push(closed);
    else root = closed;
  };

  let at = 0;
  while (at < text.length) {
    const tag = text.indexOf("<", at);
    if (tag !== at) {
      addText(unescapeXml(text.slice(at, tag < 0 ? undefined : tag)));
      if (tag < 0) break;
      at = tag;
    }
    const next = text.charAt(at + 1);
    if (next === "/") {
      endTag.lastIndex = at;
      const match = endTag.exec(text);
      const element = stack.pop();
      if (match === null || element === undefined || element.qualifiedName !== match[1]) {
        throw new XmlError("An end tag does not match its start tag.");
      }
      close(element);
      at = endTag.lastIndex;
    } else if (next === "?") {
      at = skip(text, at, "?>");
    } else if (next === "!") {
      if (text.startsWith("<!--", at)) at = skip(text, at + 4, "-->");
      else if (text.startsWith("<![CDATA[", at)) {
        const end = skip(text, at, "]]>");
        if (stack.length === 0) throw new XmlError("Content is not allowed outside the root element.");
        addText(text.slice(at + 9, end - 3));
        at = end;
      } else throw new XmlError("A document type declaration is not allowed.");
    } else {
      startTag.lastIndex = at;
      const match = startTag.exec(text);
      if (match === null) throw new XmlError("A start tag is malformed.");
      if (root !== undefined) throw new XmlError("There is more than one root element.");
      if (++elements > maxElements) throw new XmlError("The document has too many elements.");
      if (stack.length >= maxDepth) throw new XmlError("The document is nested too deeply.");
      const element = openElement(match[1] as string, match[2] as string);
      if (match[3] === "/") close(element);
      else stack.push(element);
      at = startTag.lastIndex;
    }
  }
  if (stack.length > 0) throw new XmlError("The document ends within an element.");
  if (root === undefined) throw new XmlError("The document has no root element.");
  return root;
}

function normalized(source: string): string {
  const text = source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
  if (forbidden.test(text)) throw new XmlError("The document contains a character that XML does not allow.");
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

function skip(text: string, from: number, end: string): number {
  const at = text.indexOf(end, from);
  if (at < 0) throw new XmlError("The document ends within markup.");
  return at + end.length;
}

function openElement(qualifiedName: string, attributeText: string): OpenElement {
  const attributes = new Map<string, string>();
  if (attributeText !== "") {
    const seen = new Set<string>();
    for (const [, name = "", double, single] of attributeText.matchAll(attribute)) {
      if (seen.has(name)) throw new XmlError("An attribute is given twice.");
      seen.add(name);
      if (name === "xmlns" || name.startsWith("xmlns:")) continue;
      attributes.set(localName(name), unescapeXml(double ?? single ?? ""));
    }
  }
  return { qualifiedName, name: localName(qualifiedName), attributes, children: [], text: "" };
}

function localName(qualifiedName: string): string {
  return qualifiedName.slice(qualifiedName.indexOf(":") + 1);
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(";")) throw new XmlError("An ampersand is not followed by an entity.");
    if (Object.hasOwn(entities, name)) return entities[name] as string;
    const reference = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    if (reference === null) throw new XmlError("The document refers to an unknown entity.");
    const code = reference[1] === undefined ? Number(reference[2]) : Number.parseInt(reference[1], 16);
    // Surrogates are no characters. Control characters are let through: S3 keys hold them, and S3 reads them.
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      throw new XmlError("A character reference is out of range.");
    }
    return String.fromCodePoint(code);
  });
}
