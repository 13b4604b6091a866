// What it takes to run one kind of runtime: the command, what it must see of
// the machine, and what its environment holds.

import type { Assignment } from "../link/frames.ts";
import type { Layout, Mount, Symlink } from "../sandbox/sandbox.ts";

export interface Toolchain {
  /** Equal for toolchains whose waiting processes are interchangeable. */
  readonly key: string;
  /** `nodejs:22.v60`: what INIT_START says, and where it comes from. */
  readonly version: string;
  /** True where the process is Cumulet's own client: it can wait for its function, and speaks frames. */
  readonly ownClient: boolean;
  readonly mounts: readonly Mount[];
  /** `runtime` and `client` of the layout, for a sandbox that does not move paths. */
  readonly paths: { readonly runtime: string; readonly client: string };
  symlinks(layout: Layout): readonly Symlink[];
  command(layout: Layout, memoryMegabytes: number): readonly string[];
  /** The runtime's own variables. */
  environment(layout: Layout): Readonly<Record<string, string>>;
  /** The particulars of an assignment. */
  assignment(layout: Layout): Partial<Assignment>;
}

/** The variables of a function that a process must be born with: they cannot be set later. */
export function needsOwnProcess(environment: Readonly<Record<string, string>>): boolean {
  return Object.keys(environment).some(
    (name) =>
      name === "NODE_OPTIONS" ||
      name === "NODE_EXTRA_CA_CERTS" ||
      name === "AWS_LAMBDA_EXEC_WRAPPER" ||
      name.startsWith("LD_") ||
      (name.startsWith("PYTHON") && name !== "PYTHONPATH"),
  );
}
