// Where the runtime clients are: beside this file when it runs from source,
// beside the bundle when it is built.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The build puts an expression here that gives the path of `dist/runtimes`. */
declare const __RUNTIMES_DIRECTORY__: string | undefined;

export function runtimesDirectory(): string {
  if (typeof __RUNTIMES_DIRECTORY__ === "string") return __RUNTIMES_DIRECTORY__;
  return join(dirname(fileURLToPath(import.meta.url)), "runtimes");
}
