// Which modules the kernel bundle holds: what the program itself reaches, and
// what more than one service uses. What a single service uses alone is bundled
// with it, so that a language of one service costs no start of the others.

import { join } from "node:path";
import { build } from "esbuild";

/** What is required by name from outside: the command line, the library, the generators. */
const roots = ["app/command-line/main.ts", "app/index.ts", "model/load.ts"];

/** @returns {Promise<Set<string>>} paths within `source` */
export async function kernelModules(source, services) {
  const entries = services.map((name) => `services/${name}/index.ts`);
  const { metafile } = await build({
    entryPoints: [...roots, ...entries].map((path) => join(source, path)),
    absWorkingDir: source,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    outdir: source,
    packages: "external",
    logLevel: "silent",
  });
  const reachable = (from) => {
    const seen = new Set();
    const open = [...from];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      for (const { path: target, external } of metafile.inputs[path]?.imports ?? []) {
        if (external !== true && !entries.includes(target)) open.push(target);
      }
    }
    return [...seen].filter((path) => !path.startsWith("services/"));
  };
  const kernel = new Set(reachable(roots));
  const once = new Set();
  for (const entry of entries) {
    for (const path of reachable([entry])) (once.has(path) ? kernel : once).add(path);
  }
  return kernel;
}
