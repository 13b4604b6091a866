// nodejs*: the user's code under Cumulet's runtime client, on the Node.js that
// Cumulet itself runs on.

import { join } from "node:path";
import { runtimesDirectory } from "../directory.ts";
import type { Sdk } from "../sdk/nodejs.ts";
import type { Toolchain } from "./toolchain.ts";

export function nodejsToolchain(runtime: string, sdk: Sdk, isolated: boolean): Toolchain {
  const major = Number(/^nodejs(\d+)/.exec(runtime)?.[1]);
  const client = join(runtimesDirectory(), "nodejs");
  return {
    key: `nodejs${major}`,
    version: `nodejs:${major}.cumulet (Node.js ${process.version})`,
    ownClient: true,
    mounts: [
      { host: process.execPath, inside: "/var/lang/bin/node" },
      { host: client, inside: "/var/lang/client" },
      { host: sdk.directory, inside: "/var/runtime" },
      ...sdk.mounts,
    ],
    // ES modules are looked for in the parents of /var/task and nowhere else: with
    // these two links they find a layer's packages first and then the SDK, as on AWS.
    symlinks: (layout) => [
      {
        target: join(layout.opt, "nodejs", "node_modules"),
        path: join(layout.root, "var", "node_modules"),
      },
      { target: join(layout.runtime, "node_modules"), path: join(layout.root, "node_modules") },
    ],
    paths: { runtime: sdk.directory, client },
    command: (layout, memoryMegabytes) => [
      isolated ? "/var/lang/bin/node" : process.execPath,
      // The shares that AWS's own runtime gives V8.
      `--max-semi-space-size=${Math.max(1, Math.floor((memoryMegabytes * 5) / 100))}`,
      `--max-old-space-size=${Math.floor((memoryMegabytes * 90) / 100)}`,
      join(layout.client, "bootstrap.cjs"),
    ],
    environment: (layout) => ({
      AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
      NODE_PATH: [
        join(layout.opt, "nodejs", `node${major}`, "node_modules"),
        join(layout.opt, "nodejs", "node_modules"),
        join(layout.runtime, "node_modules"),
        layout.runtime,
        layout.task,
      ].join(":"),
      PATH: isolated ? `/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin` : "/usr/local/bin:/usr/bin:/bin",
    }),
    assignment: () => (major >= 24 ? { rejectCallbacks: true } : {}),
  };
}
