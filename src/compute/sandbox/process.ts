// Starts a process for user code: nothing inherited but what was given, its own
// process group, its end certain.

import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { ProcessExit } from "../failures.ts";
import { after } from "../real-time.ts";
import type { ControlGroup } from "./cgroup.ts";
import { type PipeStock, release } from "./pipes.ts";
import { family, innermost, ownsLocalPort, proportionalBytes, residentBytes } from "./processes.ts";
import type { SandboxedProcess } from "./sandbox.ts";

export interface ProcessRequest {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly control: boolean;
  /** Descriptor 4 is a pipe that ends when Cumulet does. */
  readonly lifeline: boolean;
  readonly pipes: PipeStock | undefined;
  /** Makes the control group that the process enters when it is told to. */
  readonly makeGroup: (() => ControlGroup | undefined) | undefined;
  readonly memoryBytes: number;
}

/** A descendant that left the group may hold a stream open; nobody waits longer for it. */
const graceMilliseconds = 500;

export function startProcess(request: ProcessRequest): SandboxedProcess {
  const out = request.pipes?.take();
  const err = request.pipes?.take();
  const [file, ...args] = request.command;
  const child = spawn(file!, args, {
    cwd: request.directory,
    env: { ...request.environment },
    detached: true,
    stdio: [
      "ignore",
      out?.writer ?? "pipe",
      err?.writer ?? "pipe",
      request.control ? "pipe" : "ignore",
      request.lifeline ? "pipe" : "ignore",
    ],
  });
  release(out);
  release(err);
  const stdout = out?.reader ?? (child.stdout as Readable);
  const stderr = err?.reader ?? (child.stderr as Readable);
  for (const stream of [...child.stdio, stdout, stderr]) stream?.on("error", () => undefined);
  return new StartedProcess(child, stdout, stderr, request);
}

/** How often /proc is asked before a connection counts as a stranger's. */
const looks = 5;

class StartedProcess implements SandboxedProcess {
  readonly control: Duplex | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exit: Promise<ProcessExit>;
  readonly #child: ChildProcess;
  readonly #request: ProcessRequest;
  #peakBytes: number | undefined;
  #group: ControlGroup | undefined;
  #confined = false;
  #over = false;

  constructor(child: ChildProcess, stdout: Readable, stderr: Readable, request: ProcessRequest) {
    this.#child = child;
    this.#request = request;
    this.stdout = stdout;
    this.stderr = stderr;
    this.control = request.control ? (child.stdio[3] as Duplex) : undefined;
    this.exit = this.#whenOver();
  }

  kill(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // Nobody is left in the group.
    }
  }

  async confine(): Promise<void> {
    if (this.#over || this.#confined || this.#child.pid === undefined) return;
    this.#confined = true;
    try {
      this.#group = this.#request.makeGroup?.();
      await this.#group?.enter(innermost(this.#child.pid));
    } catch {
      // It ended meanwhile, or the machine took the right away: polling goes on.
    }
  }

  enforceMemory(): void {
    const { memoryBytes } = this.#request;
    const bytes = this.#measure();
    if (bytes === undefined || bytes <= memoryBytes) return;
    const exact = proportionalBytes(family(this.#child.pid!));
    if (exact === undefined || exact > memoryBytes) this.kill();
  }

  peakKilobytes(): number | undefined {
    this.#measure();
    return this.#peakBytes === undefined ? undefined : Math.round(this.#peakBytes / 1024);
  }

  ownsLocalPort(port: number): boolean | undefined {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    // The kernel's lists skip entries while others come and go beside them.
    for (let again = 0; again < looks; again++) {
      const owns = ownsLocalPort(family(pid), port);
      if (owns !== false) return owns;
    }
    return false;
  }

  #measure(): number | undefined {
    if (this.#over || this.#child.pid === undefined) return undefined;
    const bytes = residentBytes(family(this.#child.pid));
    if (bytes !== undefined) this.#peakBytes = Math.max(this.#peakBytes ?? 0, bytes);
    return bytes;
  }

  /** Resolves when the process is over and all that it wrote has been read. */
  async #whenOver(): Promise<ProcessExit> {
    const exit = await new Promise<ProcessExit>((resolve) => {
      this.#child.once("error", () => resolve({ code: 127, signal: null }));
      this.#child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    this.#over = true;
    this.kill();
    const streams = [this.stdout, this.stderr, ...(this.control === undefined ? [] : [this.control])];
    const cancel = after(graceMilliseconds, () => {
      for (const stream of streams) stream.destroy();
    });
    await Promise.allSettled(streams.map((stream) => finished(stream, { writable: false })));
    cancel();
    for (const stream of this.#child.stdio) stream?.destroy();
    const group = this.#group;
    if (group !== undefined && !group.remove()) after(graceMilliseconds, group.remove);
    return exit;
  }
}
