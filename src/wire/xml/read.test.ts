// The XML reader: what it reads, what it refuses, and that it undoes what the writer escapes.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readXml, XmlError } from "./read.ts";
import { escapeAttribute, escapeText } from "./write.ts";

describe("reading", () => {
  test("elements, attributes, text, CDATA, comments and instructions", () => {
    const root = readXml(
      '\ufeff<?xml version="1.0"?>\n<!-- c --><a:r x=\'1\' y="&lt;2" xmlns:a="u"><b/>t&#65;&#x42;<![CDATA[<raw>&amp;]]><?pi?><!--c--> </a:r>\n',
    );
    expect(root.name).toBe("r");
    expect([...root.attributes]).toEqual([
      ["x", "1"],
      ["y", "<2"],
    ]);
    expect(root.children.map((child) => child.name)).toEqual(["b"]);
    expect(root.text).toBe("tAB<raw>&amp; ");
  });

  test("line ends are normalised, written references are not", () => {
    expect(readXml("<a>1\r\n2\r3&#xD;\n</a>").text).toBe("1\n2\n3\r\n");
  });

  test.each([
    ["nothing", ""],
    ["text alone", "hello"],
    ["an open element", "<a><b></b>"],
    ["a wrong end tag", "<a><b></a></b>"],
    ["two roots", "<a/><b/>"],
    ["text after the root", "<a/>x"],
    ["an unquoted attribute", "<a b=c/>"],
    ["a repeated attribute", '<a b="1" b="2"/>'],
    ["a bare ampersand", "<a>a & b</a>"],
    ["an unknown entity", "<a>&nbsp;</a>"],
    ["a surrogate reference", "<a>&#xD800;</a>"],
    ["a document type", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ["an external entity", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
    ["a control character", "<a>\u0001</a>"],
    ["an unclosed comment", "<a><!-- </a>"],
    ["depth without end", `${"<a>".repeat(100_000)}`],
    ["a tag without a name", "< a/>"],
  ])("%s is refused", (_name, text) => {
    expect(() => readXml(text)).toThrow(XmlError);
  });

  test("arbitrary text never throws anything but XmlError", () => {
    const part = fc.constantFrom(
      "<",
      ">",
      "/",
      "a",
      "<a",
      "</a>",
      "&",
      ";",
      '"',
      "=",
      " ",
      "<!",
      "--",
      "<![CDATA[",
      "]]>",
      "?",
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        try {
          readXml(parts.join(""));
        } catch (error) {
          expect(error).toBeInstanceOf(XmlError);
        }
      }),
    );
  });

  test("a large hostile tag is refused in reasonable time", () => {
    const text = `<a ${"x ".repeat(200_000)}`;
    expect(() => readXml(text)).toThrow(XmlError);
    expect(() => readXml(`<a ${'b="'.repeat(50_000)}`)).toThrow(XmlError);
  });
});

test("what is escaped reads back as it was", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      // NUL has no form that any XML could carry.
      fc.pre(!text.includes("\0"));
      const root = readXml(`<a b="${escapeAttribute(text)}">${escapeText(text)}</a>`);
      expect(root.text).toBe(text);
      expect(root.attributes.get("b")).toBe(text);
    }),
  );
});
