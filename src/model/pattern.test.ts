// Tests the reading of Java's regular expressions, on those of the models and by example.

import { describe, expect, test } from "vitest";
import { loadModel } from "./load.ts";
import { patternTest } from "./pattern.ts";
import { rewrittenPatterns } from "./rewritten-patterns.ts";
import { serviceNames } from "./services.ts";
import type { Shape } from "./shapes.ts";

function modelledPatterns(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of serviceNames) {
    const seen = new Set<Shape>();
    for (const { input } of loadModel(name).operations.values()) if (input !== undefined) seen.add(input);
    for (const shape of seen) {
      if (shape.kind === "string" && shape.pattern !== undefined)
        found.set(shape.pattern, `${name} ${shape.name}`);
      if (shape.kind === "structure") for (const member of shape.members.values()) seen.add(member.shape);
      if (shape.kind === "list") seen.add(shape.member.shape);
      if (shape.kind === "map") seen.add(shape.key.shape).add(shape.value.shape);
    }
  }
  return found;
}

describe("patterns", () => {
  const patterns = modelledPatterns();

  test("of all inputs can be compiled", () => {
    const dropped = [...patterns].filter(([pattern]) => patternTest(pattern) === undefined);
    expect(dropped).toEqual([]);
  });

  test("that are rewritten are still in the models", () => {
    expect(Object.keys(rewrittenPatterns).filter((pattern) => !patterns.has(pattern))).toEqual([]);
  });

  test("that are rewritten reject a long near match at once", () => {
    for (const pattern of Object.keys(rewrittenPatterns)) {
      for (const part of ["a", "a ", "a/", ".a", "\t", "-a", "$.", "[0]"]) {
        patternTest(pattern)?.(`a${part.repeat(1000)}\u0000`);
        patternTest(pattern)?.(`https://${part.repeat(1000)}\u0000`);
        patternTest(pattern)?.(`$.${part.repeat(1000)}\u0000`);
      }
    }
  });

  test.each([
    ["\\p{Alnum}+", "a1", "a-1"],
    ["[\\p{Alpha}\\-]+", "a-b", "a1"],
    ["[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*", "größe 1", "a!b"],
    ["[^\\p{C}\\p{IsWhitespace}]+", "a", "a b"],
    ["\\A\\S[\\p{Print}]*\\z", "a b", " b"],
    ["(?i)all|[0-9]{12}", "ALL", "some"],
    ["(?s).*", "a\nb", undefined],
    ["[a-z]++x?", "abc", "1"],
    ["[\\w-_]*", "a-_", "a b"],
    ["a\\+\\-\\_b", "a+-_b", "ab"],
    ["[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*", "😀\n", "\u0000"],
    ["a|b", "b", "ab"],
    ["^[0-9]+$", "12", "12a"],
    ["(a)$\u007b1,128}", "a", "b"],
    ["\\$\\{(\\w+)\\}", "$\u007bname}", "$name"],
    ["a{2}+b", "aab", "ab"],
  ])("%s accepts and rejects as in Java", (pattern, right, wrong) => {
    expect(patternTest(pattern)?.(right)).toBe(true);
    if (wrong !== undefined) expect(patternTest(pattern)?.(wrong)).toBe(false);
  });
});
