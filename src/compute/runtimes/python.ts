// python3.*: the user's code under Cumulet's runtime client, on the requested
// Python where the machine has it.

import { cp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runtimesDirectory } from "../directory.ts";
import { run } from "../sandbox/probe.ts";
import type { Sdk } from "../sdk/nodejs.ts";
import type { Interpreter } from "./interpreters.ts";
import type { Toolchain } from "./toolchain.ts";

export interface PythonOptions {
  readonly runtime: string;
  readonly interpreter: Interpreter;
  /** Where `prepareClient` put the client. */
  readonly client: string;
  readonly sdk: Sdk;
  readonly isolated: boolean;
}

/**
 * A copy of the runtime client, compiled for this interpreter: to compile it at
 * every start would take longer than all the rest. The compiler runs beside the
 * first start, which finds the sources.
 */
export async function prepareClient(interpreter: Interpreter, directory: string): Promise<string> {
  const client = join(directory, `python-client-${interpreter.version}`);
  await cp(join(runtimesDirectory(), "python"), client, {
    recursive: true,
    filter: (path) => !path.endsWith("__pycache__"),
  });
  void run(interpreter.executable, ["-S", "-s", "-m", "compileall", "-q", client]);
  return client;
}

export function pythonToolchain(options: PythonOptions): Toolchain {
  const { runtime, interpreter, client, sdk, isolated } = options;
  const minor = runtime.slice("python".length);
  const elsewhere = !interpreter.prefix.startsWith("/usr");
  return {
    key: `${runtime}:${interpreter.executable}`,
    version: `python:${minor}.cumulet (Python ${interpreter.version})`,
    ownClient: true,
    mounts: [
      ...(elsewhere ? [{ host: interpreter.prefix, inside: interpreter.prefix }] : []),
      { host: client, inside: "/var/lang/client" },
      { host: sdk.directory, inside: "/var/runtime" },
      ...sdk.mounts,
    ],
    symlinks: () => [],
    paths: { runtime: sdk.directory, client },
    // Without `site`, what the machine has installed for itself stays unseen.
    command: (layout) => [interpreter.executable, "-S", "-s", join(layout.client, "bootstrap.py")],
    environment: (layout) => ({
      AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
      PYTHONPATH: layout.runtime,
      PATH: isolated
        ? `${dirname(interpreter.executable)}:/usr/local/bin:/usr/bin:/bin:/opt/bin`
        : `${dirname(interpreter.executable)}:/usr/local/bin:/usr/bin:/bin`,
    }),
    assignment: (layout) => ({
      modulePath: [
        layout.task,
        join(layout.opt, "python", "lib", `python${minor}`, "site-packages"),
        join(layout.opt, "python"),
        layout.runtime,
      ],
    }),
  };
}
