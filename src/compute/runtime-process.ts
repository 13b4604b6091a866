// One started runtime: the sandboxed process, the link to it, and what it
// prints. It may be started for a function, or wait for one.

import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { baseVariables } from "./environment-variables.ts";
import type { ProcessExit } from "./failures.ts";
import { type FrameLink, frameLink } from "./link/frames.ts";
import type { RuntimeEvents } from "./link/link.ts";
import { lineSplitter } from "./output.ts";
import type { Toolchain } from "./runtimes/toolchain.ts";
import type { Layout, Sandbox, SandboxedProcess } from "./sandbox/sandbox.ts";

/** What of a function a process must know when it starts. */
export interface ProcessShape {
  readonly memoryMegabytes: number;
  readonly temporaryMegabytes: number;
}

export interface StartOptions {
  readonly sandbox: Sandbox;
  readonly directory: string;
  readonly toolchain: Toolchain;
  readonly shape: ProcessShape;
  readonly events: RuntimeEvents;
  /** The function's code, where it is known; else it is put into `directory` later. */
  readonly code?: { readonly task: string; readonly opt: string };
  readonly environment?: Readonly<Record<string, string>>;
  /** Instead of the toolchain's. */
  readonly command?: readonly string[];
}

export class RuntimeProcess {
  readonly layout: Layout;
  readonly directory: string;
  readonly exit: Promise<ProcessExit>;
  /** To Cumulet's own clients; a user's runtime speaks HTTP. */
  readonly link: FrameLink | undefined;
  readonly #sandboxed: SandboxedProcess;

  constructor(options: StartOptions) {
    const { directory, toolchain, sandbox, shape } = options;
    this.directory = directory;
    this.layout = sandbox.layout(directory, toolchain.paths);
    this.#sandboxed = sandbox.start({
      directory,
      taskDirectory: options.code?.task ?? taskDirectory(directory),
      optDirectory: options.code?.opt ?? optDirectory(directory),
      mounts: toolchain.mounts,
      symlinks: toolchain.symlinks(this.layout),
      command: options.command ?? toolchain.command(this.layout, shape.memoryMegabytes),
      environment: options.environment ?? { ...baseVariables, ...toolchain.environment(this.layout) },
      control: toolchain.ownClient,
      ...shape,
    });
    const { control, stdout, stderr } = this.#sandboxed;
    this.link = control === undefined ? undefined : frameLink(control, options.events);
    const splitters = [stdout, stderr].map((stream) => {
      const splitter = lineSplitter((line) => options.events.log(line));
      stream.on("data", (chunk: Buffer) => splitter.write(chunk));
      return splitter;
    });
    this.exit = this.#sandboxed.exit.then((exit) => {
      for (const splitter of splitters) splitter.finish();
      void rm(directory, { recursive: true, force: true }).catch(() => undefined);
      return exit;
    });
  }

  kill(): void {
    this.#sandboxed.kill();
  }

  confine(): Promise<void> {
    return this.#sandboxed.confine();
  }

  enforceMemory(): void {
    this.#sandboxed.enforceMemory();
  }

  ownsLocalPort(port: number): boolean | undefined {
    return this.#sandboxed.ownsLocalPort(port);
  }

  peakKilobytes(): number | undefined {
    return this.#sandboxed.peakKilobytes();
  }
}

export function taskDirectory(directory: string): string {
  return join(directory, "var", "task");
}

export function optDirectory(directory: string): string {
  return join(directory, "opt");
}

/** An environment's own directory, with the empty ones that its code will appear in. */
export function makeDirectories(directory: string): void {
  mkdirSync(taskDirectory(directory), { recursive: true, mode: 0o755 });
  mkdirSync(optDirectory(directory), { recursive: true, mode: 0o755 });
}
