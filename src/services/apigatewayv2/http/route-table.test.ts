import { describe, expect, it } from "vitest";
import { compileRoutes } from "./route-table.ts";

describe("route selection", () => {
  const keys = [
    "GET /pets/dog/1",
    "GET /pets/dog/{id}",
    "GET /pets/{proxy+}",
    "ANY /{proxy+}",
    "POST /pets/dog/{id}",
    "ANY /exact",
    "GET /exact",
    "GET /",
    "GET /a/{x}/c",
    "GET /a/b/{y}",
    "$default",
  ];
  const table = compileRoutes(keys.map((key) => [key, key] as const));

  it.each([
    ["GET", "/pets/dog/1", "GET /pets/dog/1", {}],
    ["GET", "/pets/dog/2", "GET /pets/dog/{id}", { id: "2" }],
    ["GET", "/pets/cat/1", "GET /pets/{proxy+}", { proxy: "cat/1" }],
    ["POST", "/pets/dog/1", "POST /pets/dog/{id}", { id: "1" }],
    ["POST", "/test/5", "ANY /{proxy+}", { proxy: "test/5" }],
    ["GET", "/exact", "GET /exact", {}],
    ["PUT", "/exact", "ANY /exact", {}],
    ["GET", "/", "GET /", {}],
    ["POST", "/", "$default", {}],
    ["GET", "/a/b/c", "GET /a/b/{y}", { y: "c" }],
    ["GET", "/a/z/c", "GET /a/{x}/c", { x: "z" }],
    ["GET", "/a/z/d", "ANY /{proxy+}", { proxy: "a/z/d" }],
  ])("%s %s goes to %s", (method, path, key, pathParameters) => {
    expect(table(method, path)).toEqual({ route: key, pathParameters });
  });

  it("an empty segment is no value of a variable", () => {
    const one = compileRoutes([["GET /pets/{id}", "one"]]);
    expect(one("GET", "/pets/")).toBeUndefined();
    expect(one("GET", "/pets")).toBeUndefined();
  });

  it("without a route and without $default there is nothing", () => {
    expect(compileRoutes([["GET /a", 1]])("POST", "/a")).toBeUndefined();
  });
});
