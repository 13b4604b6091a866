// Finds the user's handler the way AWS's Node.js runtime does: which file a
// handler name means, CommonJS or ES module, and how each failure is named.

"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { createRequire } = require("node:module");
const errors = require("./errors.cjs");

/** The function that `src/app.handlers.create` names under `root`. */
async function load(root, name) {
  if (name.includes("..")) {
    throw new errors.MalformedHandlerName(
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const base = path.basename(name);
  const folder = name.slice(0, name.length - base.length);
  const parts = /^([^.]*)\.(.*)$/.exec(base);
  if (parts === null) throw new errors.MalformedHandlerName("Bad handler");
  const [, file, property] = parts;
  const exported = await loadModule(root, folder, file);
  const handler = property.split(".").reduce((value, key) => value?.[key], exported);
  if (handler === undefined || handler === null) {
    throw new errors.HandlerNotFound(`${name} is undefined or not exported`);
  }
  if (typeof handler !== "function") throw new errors.HandlerNotFound(`${name} is not a function`);
  return handler;
}

async function loadModule(root, folder, file) {
  try {
    return await loadFile(root, folder, file);
  } catch (error) {
    if (error instanceof SyntaxError) throw new errors.UserCodeSyntaxError(error);
    if (error?.code === "MODULE_NOT_FOUND") throw new errors.ImportModuleError(error);
    throw error;
  }
}

async function loadFile(root, folder, file) {
  const stem = path.resolve(root, folder, file);
  // As if AWS's own entry point required it: the name stands in "Require stack".
  const require = createRequire(path.join(process.env.LAMBDA_RUNTIME_DIR ?? root, "index.mjs"));
  if (isFile(stem)) return require(stem);
  if (isFile(`${stem}.js`)) {
    return isModulePackage(stem) ? import(pathToFileURL(`${stem}.js`).href) : require(`${stem}.js`);
  }
  if (isFile(`${stem}.mjs`)) return import(pathToFileURL(`${stem}.mjs`).href);
  if (isFile(`${stem}.cjs`)) return require(`${stem}.cjs`);
  // A handler may live in an installed package or in a layer.
  return require(require.resolve(file, { paths: [root, path.resolve(root, folder)] }));
}

function isFile(name) {
  return fs.statSync(name, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** True where the nearest package.json says `"type": "module"`. */
function isModulePackage(stem) {
  for (let folder = path.dirname(stem); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (isFile(manifest)) {
      try {
        return JSON.parse(fs.readFileSync(manifest, "utf8")).type === "module";
      } catch {
        return false;
      }
    }
    if (folder === path.dirname(folder)) return false;
  }
}

module.exports = { load };
