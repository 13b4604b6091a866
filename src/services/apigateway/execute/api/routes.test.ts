import fc from "fast-check";
import { expect, test } from "vitest";
import type { ResourceState } from "../../apis/resource.ts";
import { routeTree } from "./routes.ts";

const resource = (path: string): ResourceState => ({
  apiId: "a",
  id: path,
  path,
  methods: { GET: { httpMethod: "GET", authorizationType: "NONE", apiKeyRequired: false } },
});

/** Resources that an API may have together: siblings with one name for their parameter, nothing below a greedy one. */
const paths = fc
  .uniqueArray(
    fc.tuple(
      fc.array(fc.constantFrom("a", "b", "{x}"), { maxLength: 3 }),
      fc.option(fc.constant("{rest+}"), { nil: undefined }),
    ),
    { selector: (path) => JSON.stringify(path), maxLength: 8 },
  )
  .map((found) =>
    found.map(([parts, greedy]) => `/${[...parts, ...(greedy === undefined ? [] : [greedy])].join("/")}`),
  );

/** From left to right, what is fixed is better than a parameter, and that than the greedy rest. */
function rank(path: string, asked: readonly string[]): string | undefined {
  const parts = path.split("/").filter((part) => part !== "");
  let rank = "";
  for (const [at, part] of parts.entries()) {
    if (part === "{rest+}") return asked.length > at ? `${rank}2` : undefined;
    if (asked[at] === undefined || (part !== "{x}" && part !== asked[at])) return undefined;
    rank += part === "{x}" ? "1" : "0";
  }
  return asked.length === parts.length ? rank : undefined;
}

test("of all resources that fit, the one that is most particular from the left is found", () => {
  const asked = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 });
  fc.assert(
    fc.property(paths, asked, (all, parts) => {
      const found = routeTree(all.map(resource))(`/${parts.join("/")}`)?.resource.path;
      const [best] = all
        .map((path) => ({ path, rank: rank(path, parts) }))
        .filter((each) => each.rank !== undefined)
        .sort((left, right) => (left.rank! < right.rank! ? -1 : 1));
      expect(found).toBe(best?.path);
    }),
  );
});

test("parameters keep what the client wrote, and a greedy one its slashes", () => {
  const find = routeTree([resource("/{x}/files/{rest+}")]);
  expect(find("/a%20b/files/c/d%2Fe/")?.pathParameters).toEqual({ x: "a%20b", rest: "c/d%2Fe" });
  expect(find("/a/files")).toBeUndefined();
  expect(find("//files/x")).toBeUndefined();
});

test("a resource without methods is passed over", () => {
  const find = routeTree([{ ...resource("/a"), methods: {} }, resource("/{x}")]);
  expect(find("/a")?.resource.path).toBe("/{x}");
});
