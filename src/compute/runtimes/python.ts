// python3.*: the user's code under Cumulet's runtime client, on the requested
// Python where the machine has it.

import { dirname, join } from "node:path";
import { runtimesDirectory } from "../directory.ts";
import type { Sdk } from "../sdk/nodejs.ts";
import type { Interpreter } from "./interpreters.ts";
import type { Toolchain } from "./toolchain.ts";

export function pythonToolchain(
  runtime: string,
  interpreter: Interpreter,
  sdk: Sdk,
  isolated: boolean,
): Toolchain {
  const minor = runtime.slice("python".length);
  const client = join(runtimesDirectory(), "python");
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
