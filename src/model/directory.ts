// Where the compiled models lie on disk. Alone in a file because the answer
// differs: beside this source in development, beside the bundle once built.

import { fileURLToPath } from "node:url";

/** The build defines this in a banner of its CommonJS bundles, as `__dirname + "/models"`. */
declare const __MODELS_DIRECTORY__: string | undefined;

export function modelsDirectory(): string {
  if (typeof __MODELS_DIRECTORY__ === "string") return __MODELS_DIRECTORY__;
  return fileURLToPath(new URL("./generated", import.meta.url));
}
