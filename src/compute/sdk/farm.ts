// A directory of links to the packages of an SDK that is on this machine: a
// function sees the SDK, as on AWS, and nothing else that happens to be
// installed beside it.

import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

/** Links each of `names` in `directory` to the same name under `target`; what is there stays. */
export function linkPackages(directory: string, names: readonly string[], target: string): void {
  for (const name of names) {
    const link = join(directory, name);
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(join(target, name), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** The packages of some scopes in a `node_modules` directory: `@aws-sdk/client-sqs`. */
export function scopedPackages(modules: string, scopes: readonly string[]): readonly string[] {
  return scopes.flatMap((scope) => namesIn(join(modules, scope)).map((name) => `${scope}/${name}`));
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}
