// The manifest ties the committed outputs to what they were made from: hashes of
// the compiler's sources and of every output, which a test compares.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Manifest {
  readonly botocore: string;
  /** Over the compiler, its overlays, and the parts of `src/model` that shape the outputs. */
  readonly compiler: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function compilerHash(root: string): string {
  const inDirectory = (directory: string) =>
    readdirSync(join(root, directory))
      .filter((name) => /\.(ts|mjs|json)$/.test(name) && !name.endsWith(".test.ts"))
      .map((name) => `${directory}/${name}`);
  const files = [
    ...inDirectory("tools/models"),
    ...inDirectory("tools/models/overlays"),
    "src/model/format.ts",
    "src/model/services.ts",
  ].sort();
  return sha256(files.map((file) => `${file}\n${readFileSync(join(root, file), "utf8")}`).join("\n"));
}
