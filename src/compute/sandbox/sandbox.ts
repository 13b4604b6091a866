// The place where user code runs: what it sees of the machine, and how a
// process is started and ended there.

import type { Duplex, Readable } from "node:stream";
import type { ProcessExit } from "../failures.ts";

/** The paths of an environment as the code in it sees them. */
export interface Layout {
  /** What the other paths are under: `/`, or the environment's own directory. */
  readonly root: string;
  /** `LAMBDA_TASK_ROOT`, AWS's `/var/task`. */
  readonly task: string;
  /** Layers, AWS's `/opt`. */
  readonly opt: string;
  readonly temporary: string;
  /** `LAMBDA_RUNTIME_DIR`, AWS's `/var/runtime`: where the SDK is. */
  readonly runtime: string;
  /** The directory of the runtime client. */
  readonly client: string;
}

/** A read-only directory or file of the machine, shown at a path inside. */
export interface Mount {
  readonly host: string;
  readonly inside: string;
}

export interface Symlink {
  readonly target: string;
  readonly path: string;
}

export interface SandboxRequest {
  /** This environment's own directory on the machine; exists and is empty. */
  readonly directory: string;
  /** What stands at `/var/task` and `/opt`. */
  readonly taskDirectory: string;
  readonly optDirectory: string;
  readonly mounts: readonly Mount[];
  readonly symlinks: readonly Symlink[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Descriptor 3 is a socket to Cumulet. */
  readonly control: boolean;
  readonly memoryMegabytes: number;
  readonly temporaryMegabytes: number;
}

export interface SandboxedProcess {
  readonly control: Duplex | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exit: Promise<ProcessExit>;
  /** Ends the process and all that it started, at once. */
  kill(): void;
  /** Puts it under the limits that the system itself keeps, where there are any. Takes a while. */
  confine(): Promise<void>;
  /** Ends the process if its memory is over the limit. */
  enforceMemory(): void;
  /** Whether the client's end of a loopback connection is one of its own; nothing where nobody can tell. */
  ownsLocalPort(port: number): boolean | undefined;
  /** The most memory seen so far, where the sandbox can tell; in kilobytes. */
  peakKilobytes(): number | undefined;
}

export interface Sandbox {
  /** True where the code sees only what it was given. */
  readonly isolated: boolean;
  layout(directory: string, paths: { readonly runtime: string; readonly client: string }): Layout;
  start(request: SandboxRequest): SandboxedProcess;
}
