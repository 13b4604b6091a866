// Lists of parameters: hierarchies, filters, pages.

import { expect, test } from "vitest";
import { ssmCloud } from "./test-ssm.ts";

async function filled() {
  const ssm = await ssmCloud();
  for (const name of ["/app", "/app/a", "/app/a/deep", "/app/b", "/apple/c", "plain"]) {
    await ssm.put(name, name, { Tags: [{ Key: "level", Value: `${name.split("/").length}` }] });
  }
  const names = async (operation: string, input: object): Promise<readonly string[]> => {
    const { Parameters } = await ssm.call(operation, input);
    return Parameters.map(({ Name }: { readonly Name: string }) => Name);
  };
  return { ...ssm, names };
}

test("a path has the parameters one level below it, or all", async () => {
  const { names, call } = await filled();
  expect(await names("GetParametersByPath", { Path: "/app" })).toEqual(["/app/a", "/app/b"]);
  expect(await names("GetParametersByPath", { Path: "/app/", Recursive: true })).toEqual([
    "/app/a",
    "/app/a/deep",
    "/app/b",
  ]);
  expect(await names("GetParametersByPath", { Path: "/" })).toEqual(["/app", "plain"]);
  expect(await names("GetParametersByPath", { Path: "/", Recursive: true })).toHaveLength(6);
  expect(await names("GetParametersByPath", { Path: "/none" })).toEqual([]);
  await expect(call("GetParametersByPath", { Path: "app" })).rejects.toMatchObject({
    code: "ValidationException",
  });
});

test("pages follow one another, and a token that is not ours is refused", async () => {
  const { call } = await filled();
  const input = { Path: "/", Recursive: true, MaxResults: 4 };
  const first = await call("GetParametersByPath", input);
  const second = await call("GetParametersByPath", { ...input, NextToken: first.NextToken });
  expect([...first.Parameters, ...second.Parameters]).toHaveLength(6);
  expect(second.NextToken).toBeUndefined();
  await expect(call("DescribeParameters", { NextToken: "no token" })).rejects.toMatchObject({
    code: "InvalidNextToken",
  });
});

test.each([
  [{ Key: "Name", Values: ["/app/a"] }, ["/app/a"]],
  [
    { Key: "Name", Option: "BeginsWith", Values: ["/app/", "plain"] },
    ["/app/a", "/app/a/deep", "/app/b", "plain"],
  ],
  [{ Key: "Name", Option: "Contains", Values: ["pl"] }, ["/apple/c", "plain"]],
  [{ Key: "Path", Option: "Recursive", Values: ["/app"] }, ["/app/a", "/app/a/deep", "/app/b"]],
  [{ Key: "Path", Values: ["/app"] }, ["/app/a", "/app/b"]],
  [{ Key: "tag:level", Values: ["4"] }, ["/app/a/deep"]],
  [{ Key: "tag:other" }, []],
  [{ Key: "Type", Values: ["SecureString"] }, []],
])("DescribeParameters answers those that match %o", async (filter, expected) => {
  const { names } = await filled();
  expect(await names("DescribeParameters", { ParameterFilters: [filter] })).toEqual(expected);
});

test("filters that do not exist are refused by code", async () => {
  const { call } = await filled();
  const codeOf = (operation: string, filter: object) =>
    call(operation, { Path: "/", ParameterFilters: [filter] }).catch(({ code }) => code);
  expect(await codeOf("DescribeParameters", { Key: "Label", Values: ["x"] })).toBe("InvalidFilterKey");
  expect(await codeOf("DescribeParameters", { Key: "Type", Option: "Contains", Values: ["x"] })).toBe(
    "InvalidFilterOption",
  );
  expect(await codeOf("DescribeParameters", { Key: "Name" })).toBe("InvalidFilterValue");
  expect(await codeOf("GetParametersByPath", { Key: "Name", Values: ["x"] })).toBe("InvalidFilterKey");
});

test("a path filtered by a label answers the versions that carry it", async () => {
  const { call, put } = await filled();
  await put("/app/a", "new", { Overwrite: true });
  await call("LabelParameterVersion", { Name: "/app/a", ParameterVersion: 1, Labels: ["live"] });
  const { Parameters } = await call("GetParametersByPath", {
    Path: "/app",
    ParameterFilters: [{ Key: "Label", Values: ["live"] }],
  });
  expect(Parameters).toMatchObject([{ Name: "/app/a", Version: 1, Value: "/app/a", Selector: ":live" }]);
});
