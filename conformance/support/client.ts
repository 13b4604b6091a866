// Real clients: found on the machine or reported as skipped, run as processes.

import { spawn, spawnSync } from "node:child_process";

/** No client takes so long; one that hangs must not outlive its test. */
const patience = 290_000;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether `command` runs on this machine. */
export function available(command: string, parameters: readonly string[] = ["--version"]): boolean {
  return spawnSync(command, [...parameters], { stdio: "ignore", timeout: 30_000 }).status === 0;
}

export function run(
  command: string,
  parameters: readonly string[],
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly input?: string;
    readonly uid?: number;
  },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...parameters], {
      env: options.env,
      cwd: options.cwd,
      uid: options.uid,
      timeout: patience,
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout!.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr!.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
    if (options.input !== undefined) child.stdin!.end(options.input);
  });
}

/** Runs a command that must succeed, and returns what it printed. */
export async function must(...parameters: Parameters<typeof run>): Promise<string> {
  const finished = await run(...parameters);
  if (finished.code !== 0) {
    throw new Error(
      `${parameters[0]} ${parameters[1].join(" ")} ended with ${finished.code}:\n${finished.stderr}${finished.stdout}`,
    );
  }
  return finished.stdout;
}

/** Looks until `condition` gives something, for at most `deadline` milliseconds. */
export async function eventually<T>(
  condition: () => Promise<T | undefined | false>,
  deadline = 60_000,
): Promise<T> {
  const end = performance.now() + deadline;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`It did not happen within ${deadline} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
