// Builds dist/: one CommonJS bundle for everything but the services, whose
// modules are evaluated only when first required, and one small bundle per
// service, loaded at its first request. `npm ci` runs this; it takes a second.

import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { sharedModules } from "./modules.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const source = join(root, "src");
const target = join(root, "dist");
/** Built beside the last build and put in its place when complete: what runs meanwhile finds one or the other. */
const output = join(root, `dist-${process.pid}`);

const options = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20.19",
  // Bundles are parsed at every start: whitespace costs, names help in stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  // An error that a user's program does not catch prints the line it was thrown in.
  lineLimit: 160,
  keepNames: false,
  sourcemap: false,
  legalComments: "none",
  packages: "external",
  // `import()` becomes a lazy `require`: it costs nothing until it is reached, and half as much then.
  supported: { "dynamic-import": false },
  logLevel: "warning",
  define: {
    "import.meta.url": "__moduleUrl",
    __MODELS_DIRECTORY__: "__modelsDirectory",
    __RUNTIMES_DIRECTORY__: "__runtimesDirectory",
  },
};

/** Where a bundle finds dist/. */
const upwards = (name) => (name.includes("/") ? "../" : "./");

/** Where a bundle finds what is not code. */
const banner = (name) => ({
  js: [
    'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;',
    `const __modelsDirectory = require("node:path").join(__dirname, "${upwards(name)}models");`,
    `const __runtimesDirectory = require("node:path").join(__dirname, "${upwards(name)}runtimes");`,
  ].join(""),
});

function services() {
  const folder = join(source, "services");
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, "index.ts")));
}

/** A service is loaded from its own bundle, wherever the kernel imports it. */
const servicesApart = {
  name: "services-apart",
  setup(bundle) {
    bundle.onResolve({ filter: /services\/[^/]+\/index\.ts$/ }, (args) => ({
      path: `./services/${args.path.split("/").at(-2)}.cjs`,
      external: true,
    }));
  },
};

/** What a bundle imports of another's modules comes from there, not from a copy. */
const fromBundles = (modules, own) => ({
  name: "from-bundles",
  setup(bundle) {
    bundle.onResolve({ filter: /^\./ }, (args) => {
      const path = relative(source, resolve(args.resolveDir, args.path)).split(sep).join("/");
      const holder = modules.get(path);
      if (args.kind === "entry-point" || holder === undefined || holder === own) return undefined;
      return { path, namespace: "bundle" };
    });
    bundle.onLoad({ filter: /.*/, namespace: "bundle" }, ({ path }) => ({
      contents: `module.exports = require("bundle:${modules.get(path)}")[${JSON.stringify(path)}]();`,
    }));
    bundle.onResolve({ filter: /^bundle:/ }, (args) => ({
      path: `${upwards(own)}${args.path.slice("bundle:".length)}.cjs`,
      external: true,
    }));
  },
});

/** A bundle whose modules are evaluated one by one, when they are asked for. */
const shelf = (modules, name) => {
  const entry = [...modules]
    .filter(([, holder]) => holder === name)
    .map(([path]) => `${JSON.stringify(path)}: () => require(${JSON.stringify(`./${path}`)})`)
    .sort()
    .join(",\n");
  return build({
    ...options,
    stdin: { contents: `module.exports = {\n${entry}\n};`, resolveDir: source, sourcefile: `${name}.js` },
    outfile: join(output, `${name}.cjs`),
    banner: banner(name),
    plugins: [servicesApart, fromBundles(modules, name)],
  });
};

function copyFolder(from, to, wanted) {
  if (!existsSync(from)) return;
  cpSync(from, to, {
    recursive: true,
    filter: (path) => statSync(path).isDirectory() || wanted(path),
  });
}

/** Names written out: Node finds a CommonJS module's exports for `import { Cloud }` by reading its text. */
function writeLibrary() {
  const lines = [
    '"use strict";',
    'const library = require("./kernel.cjs")["app/index.ts"]();',
    ...["Cloud", "StartError"].map((name) => `exports.${name} = library.${name};`),
  ];
  writeFileSync(join(output, "index.cjs"), `${lines.join("\n")}\n`);
  // CommonJS in its types as well, whatever the type of the package that holds it.
  cpSync(join(source, "app/public.d.ts"), join(output, "index.d.cts"));
}

async function buildBeside() {
  mkdirSync(join(output, "services"), { recursive: true });
  const modules = await sharedModules(source, services());
  await Promise.all([
    ...[...new Set(modules.values())].map((name) => shelf(modules, name)),
    ...services().map((name) =>
      build({
        ...options,
        entryPoints: [join(source, "services", name, "index.ts")],
        outfile: join(output, "services", `${name}.cjs`),
        banner: banner(`services/${name}`),
        // `import()` of CommonJS gives the exports as `default`: so the definition is the export.
        footer: { js: "module.exports = module.exports.default;" },
        plugins: [fromBundles(modules, `services/${name}`)],
      }),
    ),
  ]);
  writeLibrary();
  copyFolder(join(source, "model/generated"), join(output, "models"), (path) => path.endsWith(".json"));
  copyFolder(join(source, "compute/runtimes"), join(output, "runtimes"), (path) => !path.endsWith(".ts"));
}

export async function buildAll() {
  try {
    await buildBeside();
    if (existsSync(target)) renameSync(target, `${output}-last`);
    renameSync(output, target);
  } finally {
    for (const folder of [output, `${output}-last`]) rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAll();
}
