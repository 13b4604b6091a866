import { describe, expect, it } from "vitest";
import { batchItemFailures } from "./response.ts";

const ids = new Set(["a", "b"]);
const failures = (response: unknown): ReadonlySet<string> | "all" =>
  batchItemFailures(Buffer.from(typeof response === "string" ? response : JSON.stringify(response)), ids);

describe("batchItemFailures", () => {
  it.each([
    ["an empty list", { batchItemFailures: [] }],
    ["a null list", { batchItemFailures: null }],
    ["an empty response", {}],
    ["a null response", null],
    ["no response", ""],
  ])("%s is a complete success", (_name, response) => {
    expect(failures(response)).toEqual(new Set());
  });

  it.each([
    ["invalid JSON", "{"],
    ["an empty itemIdentifier", { batchItemFailures: [{ itemIdentifier: "" }] }],
    ["a null itemIdentifier", { batchItemFailures: [{ itemIdentifier: null }] }],
    ["an itemIdentifier with a bad key name", { batchItemFailures: [{ itemId: "a" }] }],
    ["an itemIdentifier that is not in the batch", { batchItemFailures: [{ itemIdentifier: "c" }] }],
    ["a list that is none", { batchItemFailures: "a" }],
  ])("%s is a complete failure", (_name, response) => {
    expect(failures(response)).toBe("all");
  });

  it("otherwise the messages named have failed", () => {
    expect(failures({ batchItemFailures: [{ itemIdentifier: "b" }] })).toEqual(new Set(["b"]));
  });
});
