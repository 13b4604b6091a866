import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeDirectory } from "./make-directory.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cumulet-directory-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("makes parents too, and nothing where all is there", () => {
  const path = join(folder, "a/b/c");
  makeDirectory(path);
  makeDirectory(path);
  expect(existsSync(path)).toBe(true);
});

test("refuses where a file stands, or stands in between", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => makeDirectory(join(folder, "file"))).toThrow("EEXIST");
  expect(() => makeDirectory(join(folder, "file/a"))).toThrow("ENOTDIR");
});

test.skipIf(!existsSync("/proc/self"))("ends where the file system lets nothing be made", () => {
  expect(() => makeDirectory("/proc/nowhere/deep")).toThrow("ENOENT");
});
