// Starts a process for user code: nothing inherited but what was given, its own
// process group, its end certain.

import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex, Readable } from "node:stream";
import type { ProcessExit } from "../failures.ts";
import { after } from "../real-time.ts";
import type { ControlGroup } from "./cgroup.ts";
import { residentBytes } from "./memory.ts";
import type { SandboxedProcess } from "./sandbox.ts";

export interface ProcessRequest {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly control: boolean;
  /** Descriptor 4 is a pipe that ends when Cumulet does. */
  readonly lifeline: boolean;
  readonly group: ControlGroup | undefined;
  /** Kept by polling, where there is no control group. */
  readonly memoryBytes: number;
  /** What the sandbox's own processes add to the sum. */
  readonly overheadBytes: number;
}

export function startProcess(request: ProcessRequest): SandboxedProcess {
  const [file, ...args] = entering(request.group, request.command);
  const child = spawn(file!, args, {
    cwd: request.directory,
    env: { ...request.environment },
    detached: true,
    stdio: [
      "ignore",
      "pipe",
      "pipe",
      request.control ? "pipe" : "ignore",
      request.lifeline ? "pipe" : "ignore",
    ],
  });
  let peak: number | undefined;
  const measure = (): number | undefined => {
    const resident = child.pid === undefined ? undefined : residentBytes(child.pid);
    if (resident === undefined) return undefined;
    const own = Math.max(0, resident - request.overheadBytes);
    peak = Math.max(peak ?? 0, own);
    return own;
  };
  for (const stream of child.stdio) stream?.on("error", () => undefined);
  return {
    control: request.control ? (child.stdio[3] as Duplex) : undefined,
    stdout: child.stdout as Readable,
    stderr: child.stderr as Readable,
    exit: whenOver(child, request.group),
    kill: () => killGroup(child),
    enforceMemory() {
      const bytes = measure();
      if (bytes !== undefined && bytes > request.memoryBytes) killGroup(child);
    },
    peakKilobytes() {
      measure();
      return peak === undefined ? undefined : Math.round(peak / 1024);
    },
  };
}

/** Enters the control group before the command starts, so that nothing it does escapes. */
function entering(group: ControlGroup | undefined, command: readonly string[]): readonly string[] {
  if (group === undefined || group.entrances.length === 0) return command;
  const script = `${group.entrances.map((file) => `echo $$ > '${file}'`).join("; ")}; exec "$@"`;
  return ["/bin/sh", "-c", script, "sh", ...command];
}

function whenOver(child: ChildProcess, group: ControlGroup | undefined): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once("error", () => resolve({ code: 127, signal: null }));
    // `close`, not `exit`: all that was written has been read by then. A descendant
    // may hold the streams open, so the group is killed first.
    child.once("exit", () => killGroup(child));
    child.once("close", (code, signal) => {
      if (group !== undefined && !group.remove()) after(200, group.remove);
      resolve({ code, signal });
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nobody is left in the group.
  }
}
