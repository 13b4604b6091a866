// The conformance suite against LMDB, at either durability.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe } from "vitest";
import { storeConformance } from "../conformance.ts";
import { openLmdbStore } from "./store.ts";

const root = mkdtempSync(join(tmpdir(), "cumulet-lmdb-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
const fresh = () => join(root, String(count++));

describe.each(["process", "disk"] as const)("the LMDB store of durability %s", (durability) => {
  storeConformance(() => openLmdbStore({ directory: fresh(), durability }));
});
