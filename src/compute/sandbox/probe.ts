// Finds out, once, what this machine lets us isolate user code with.

import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** The first executable of that name on a search path. */
export async function findExecutable(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter)) {
    if (folder === "") continue;
    const candidate = join(folder, name);
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not there: the next folder may have it.
    }
  }
  return undefined;
}

export interface Outcome {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a short command of the machine's own, with nothing but the environment given. */
export function run(
  file: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  timeoutMilliseconds = 10_000,
): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { env: environment, timeout: timeoutMilliseconds, killSignal: "SIGKILL", maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({ ok: error === null, stdout, stderr: stderr || String(error ?? "") }),
    );
  });
}
