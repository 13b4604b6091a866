import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../model/shapes.ts";
import { compileJsonPath } from "./compile.ts";
import { JsonPathError } from "./path-error.ts";

const store: JsonValue = {
  store: {
    book: [
      { category: "reference", author: "Nigel Rees", title: "Sayings", price: 8.95 },
      { category: "fiction", author: "Evelyn Waugh", title: "Sword", price: 12.99 },
      { category: "fiction", author: "Herman Melville", title: "Moby Dick", isbn: "0-553", price: 8.99 },
      { category: "fiction", author: "J. R. R. Tolkien", title: "The Lord", isbn: "0-395", price: 22.99 },
    ],
    bicycle: { color: "red", price: 19.95 },
  },
  limit: 10,
  "odd name": { "a.b": 1, "it's": 2 },
  nothing: null,
};
const find = (path: string, root: JsonValue = store): JsonValue | undefined =>
  compileJsonPath(path).find(root);

describe("a definite path", () => {
  it.each([
    ["$", store],
    ["$.limit", 10],
    ["$.store.bicycle.color", "red"],
    ["$['store']['bicycle'].color", "red"],
    ['$["store"].bicycle', { color: "red", price: 19.95 }],
    ["$.store.book[1].title", "Sword"],
    ["$.store.book[-1].title", "The Lord"],
    ["$['odd name']['a.b']", 1],
    ["$['odd name']['it\\'s']", 2],
    ["$.nothing", null],
    ["$.missing", undefined],
    ["$.store.book[9]", undefined],
    ["$.store.book.title", undefined],
    ["$.nothing.more", undefined],
    ["$.constructor", undefined],
    ["$.__proto__", undefined],
    ["$.limit[0]", undefined],
  ])("%s finds one value", (path, expected) => {
    expect(compileJsonPath(path).definite).toBe(true);
    expect(find(path)).toEqual(expected);
  });
});

describe("an indefinite path", () => {
  it.each([
    ["$.store.book[*].price", [8.95, 12.99, 8.99, 22.99]],
    ["$.store.book[0,2].price", [8.95, 8.99]],
    ["$.store.book[:2].price", [8.95, 12.99]],
    ["$.store.book[-2:].price", [8.99, 22.99]],
    ["$.store.book[1:3].price", [12.99, 8.99]],
    ["$.store.book[7:].price", []],
    ["$..price", [8.95, 12.99, 8.99, 22.99, 19.95]],
    ["$..book[0].title", ["Sayings"]],
    ["$.store.*.color", ["red"]],
    ["$.store.book[*]['isbn']", ["0-553", "0-395"]],
    ["$.store.book[?(@.price < 10)].price", [8.95, 8.99]],
    ["$.store.book[?(@.price < $.limit)].price", [8.95, 8.99]],
    ["$.store.book[?(@.isbn)].price", [8.99, 22.99]],
    ["$.store.book[?(!@.isbn)].price", [8.95, 12.99]],
    ["$.store.book[?(@.category == 'fiction' && @.price > 20)].price", [22.99]],
    ['$.store.book[?(@.category == "reference" || (@.price > 20))].price', [8.95, 22.99]],
    ["$.store.book[?(@.price in [8.95, 8.99])].price", [8.95, 8.99]],
    ["$.store.book[?(@.author =~ /.*melville/i)].price", [8.99]],
    ["$.store.book[?(@.title contains 'Moby')].price", [8.99]],
    ["$..[?(@.color == 'red')].price", [19.95]],
    ["$.limit[*]", []],
    ["$.missing[*]", undefined],
    ["$.limit[0:1]", undefined],
  ])("%s finds a list", (path, expected) => {
    expect(compileJsonPath(path).definite).toBe(false);
    expect(find(path)).toEqual(expected);
  });

  it("of several names at the end finds one object of them", () => {
    expect(find("$.store.bicycle['color','price','none']")).toEqual({ color: "red", price: 19.95 });
    expect(find("$.store.book[2:]['isbn','price']")).toEqual([
      { isbn: "0-553", price: 8.99 },
      { isbn: "0-395", price: 22.99 },
    ]);
    expect(find("$.store['book','bicycle'].color")).toEqual(["red"]);
  });

  it.each([
    ["$.store.book.length()", 4],
    ["$.store.length()", 2],
    ["$.store.bicycle.color.length()", 3],
    ["$.store.book[*].price.max()", 22.99],
    ["$.store.book[*].price.min()", 8.95],
    ["$.sum($.store.book[0,1].price)", 21.939999999999998],
    ["$.store.bicycle.keys()", ["color", "price"]],
    ["$.store.book.first().title", JsonPathError],
    ["$.concat('a', $.store.bicycle.color)", "ared"],
    ["$.limit.length()", undefined],
  ])("%s calls a function", (path, expected) => {
    if (expected === JsonPathError) expect(() => find(path)).toThrow(JsonPathError);
    else expect(find(path)).toEqual(expected);
  });
});

describe("a text that is no path", () => {
  it.each([
    "",
    "a",
    "$.",
    "$..",
    "$a",
    "$.a[",
    "$.a[x]",
    "$.a[1:2:3]",
    "$.a['b",
    "$.a[?(@.b == )]",
    "$.a[?(1)]",
    "$.a[?(@.b =~ 'x')]",
    "$.a[?(@.b =~ /(/)]",
    "$.a.b()",
    "$.a b",
    `$${"[?(@".repeat(100)}`,
  ])("%s is refused", (text) => {
    expect(() => compileJsonPath(text)).toThrow(JsonPathError);
  });
});

describe("a path that leads nowhere", () => {
  it.each([
    ["$.missing", "No results for path: $['missing']"],
    ["$.missing.more", "Missing property in path $['missing']"],
    ["$.store.book[9]", "No results for path: $['store']['book'][9]"],
    ["$.limit[0]", "Filter: [0] can only be applied to arrays. Current context is: 10"],
  ])("%s says why", (path, why) => {
    expect(compileJsonPath(path).whyNot(store)).toBe(why);
  });

  it("names the type that is no object", () => {
    expect(compileJsonPath("$.limit.x").whyNot(store)).toContain(
      "Expected to find an object with property ['x'] in path $['limit'] but found",
    );
  });
});

describe("every path", () => {
  const name = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_-]{0,5}$/);
  const step = fc.oneof(
    name.map((text) => ({ text: `.${text}`, key: text as string | number })),
    name.map((text) => ({ text: `['${text}']`, key: text as string | number })),
    fc.nat(3).map((index) => ({ text: `[${index}]`, key: index as string | number })),
  );

  it("of names and indexes finds what was put there", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), fc.jsonValue(), (steps, leaf) => {
        const root = steps.reduceRight<JsonValue>(
          (inner, { key }) =>
            typeof key === "number"
              ? Array.from({ length: key + 1 }, (_, at) => (at === key ? inner : null))
              : { [key]: inner },
          leaf as JsonValue,
        );
        const path = compileJsonPath(`$${steps.map((each) => each.text).join("")}`);
        expect(path.reference).toBe(true);
        expect(path.find(root)).toEqual(leaf);
      }),
    );
  });

  it("text is a path or a JsonPathError, never another failure", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\$[.[\]'"?()@*:,!=<>&|a0-9 -]{0,20}$/),
        fc.jsonValue(),
        (text, root) => {
          try {
            compileJsonPath(text).find(root as JsonValue);
          } catch (error) {
            expect(error).toBeInstanceOf(JsonPathError);
          }
        },
      ),
    );
  });
});
