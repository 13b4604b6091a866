// What is generated from the service definitions must be what is committed.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

test("the service list, the pages and the coverage table are fresh", () => {
  const check = spawnSync(process.execPath, [join(import.meta.dirname, "generate.mjs"), "--check"], {
    encoding: "utf8",
  });
  expect(check.stdout + check.stderr).toBe("");
  expect(check.status).toBe(0);
});
