// provided.*: the user's own executable, `bootstrap`, against the Runtime API.

import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import type { Toolchain } from "./toolchain.ts";

export function providedToolchain(runtime: string, directory: string): Toolchain {
  return {
    key: runtime,
    version: `${runtime.replace(".", ":")}.cumulet`,
    ownClient: false,
    mounts: [{ host: directory, inside: "/var/runtime" }],
    symlinks: () => [],
    paths: { runtime: directory, client: directory },
    command: (layout) => [join(layout.task, "bootstrap")],
    environment: () => ({
      AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
      PATH: "/usr/local/bin:/usr/bin:/bin:/opt/bin",
    }),
    assignment: () => ({}),
  };
}

/** Where the entry point is, in AWS's order: the code, then the layers. */
export async function findBootstrap(
  taskDirectory: string,
  optDirectory: string,
): Promise<"task" | "opt" | undefined> {
  if (await isExecutable(join(taskDirectory, "bootstrap"))) return "task";
  if (await isExecutable(join(optDirectory, "bootstrap"))) return "opt";
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
