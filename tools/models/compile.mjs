// `node tools/models/compile.mjs`: compiles the API models. The
// compiler is TypeScript, which Node 20 cannot run, so this bundles it first.

import { rmSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bundle = `${root}/node_modules/.cache/cumulet-model-compiler.mjs`;
await build({
  entryPoints: [`${root}/tools/models/compile.ts`],
  outfile: bundle,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
});
try {
  const { compile } = await import(pathToFileURL(bundle).href);
  compile(root, (line) => process.stdout.write(`${line}\n`));
} finally {
  rmSync(bundle, { force: true });
}
