// The built command, run as a person runs it: once for its answer, or kept
// running and listened to.

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { type Finished, run } from "./client.ts";

export const program = join(import.meta.dirname, "../../bin/cumulet");

const patience = 20_000;

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
}

/** This process's environment without what would point a client or a cloud elsewhere, and without colours. */
export function plainEnvironment(): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|CUMULET)_/.test(name));
  return { ...(Object.fromEntries(inherited) as Record<string, string>), NO_COLOR: "1" };
}

/** Runs `cumulet` to its end. */
export function cumulet(parameters: readonly string[], surroundings: Surroundings = {}): Promise<Finished> {
  return run(process.execPath, [program, ...parameters], {
    ...surroundings,
    env: { ...plainEnvironment(), ...surroundings.env },
  });
}

export interface Program {
  readonly child: ChildProcess;
  /** All that it said so far, on both of its outputs. */
  readonly output: string;
  /** Resolves when its output matches; fails when it ends first, or says nothing of the kind for long. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts `cumulet` and leaves it running. */
export function begin(parameters: readonly string[], surroundings: Surroundings = {}): Program {
  const child = spawn(process.execPath, [program, ...parameters], {
    ...surroundings,
    env: { ...plainEnvironment(), ...surroundings.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? "SIGKILL"));
  });
  return {
    child,
    ended,
    get output() {
      return output;
    },
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const settle = (done: () => void): void => {
          clearTimeout(late);
          listeners.delete(look);
          done();
        };
        const look = (): void => {
          const found = pattern.exec(output);
          if (found !== null) settle(() => resolve(found));
        };
        const late = setTimeout(
          () =>
            settle(() => reject(new Error(`Not said within ${patience} ms: ${pattern}. Said: ${output}`))),
          patience,
        );
        listeners.add(look);
        look();
        void ended.then((how) =>
          settle(() => reject(new Error(`It ended with ${how} before it said ${pattern}: ${output}`))),
        );
      }),
  };
}
