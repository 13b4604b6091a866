// Which bundle holds which modules. What the program itself reaches is the
// kernel's. What more than one service uses, and the program does not, has a
// bundle for each folder, loaded when the first of them asks. What a single
// service uses alone is bundled with it. So nobody's start pays for a language
// that only some service speaks.

import { join } from "node:path";
import { build } from "esbuild";

/** What is required by name from outside: the command line, the library, the generators. */
const roots = ["app/command-line/main.ts", "app/index.ts", "model/load.ts"];

/** @returns {Promise<Map<string, string>>} the bundle by the path within `source`, of those that are not a service's alone */
export async function sharedModules(source, services) {
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
  const bundles = new Map(reachable(roots).map((path) => [path, "kernel"]));
  const once = new Set();
  for (const entry of entries) {
    for (const path of reachable([entry])) {
      if (once.has(path) && !bundles.has(path)) bundles.set(path, folderBundle(path));
      once.add(path);
    }
  }
  return bundles;
}

/** `shared/lang-vtl` for `lang/vtl/compile.ts`, `shared/gateway` for all below `gateway`. */
function folderBundle(path) {
  const [layer, folder, ...rest] = path.split("/");
  return `shared/${layer === "lang" && rest.length > 0 ? `${layer}-${folder}` : layer}`;
}
