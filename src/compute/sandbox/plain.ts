// The fallback where bubblewrap cannot be used: a plain process in an unpacked
// directory. It sees what Cumulet's own user sees; only its environment,
// working directory and limits are its own.

import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { ControlGroups } from "./cgroup.ts";
import type { PipeStock } from "./pipes.ts";
import { startProcess } from "./process.ts";
import type { Sandbox } from "./sandbox.ts";

const megabyte = 1024 * 1024;
const maxProcesses = 1024;

/**
 * Kills the whole group when Cumulet ends, however it ends: descriptor 4 is a pipe
 * that nobody writes to, and that the system closes with Cumulet's process.
 */
const watchdog = `group=$$; { read -r _ <&4; kill -KILL -$group; } <&- >/dev/null 2>&1 3<&- & exec 4<&-; exec "$@"`;

export function plainSandbox(groups: ControlGroups | undefined, pipes: PipeStock | undefined): Sandbox {
  let count = 0;
  return {
    isolated: false,
    layout: (directory, paths) => ({
      root: directory,
      task: join(directory, "var", "task"),
      opt: join(directory, "opt"),
      temporary: join(directory, "tmp"),
      ...paths,
    }),
    start(request) {
      const memoryBytes = request.memoryMegabytes * megabyte;
      const makeGroup = () => groups?.create(`environment-${++count}`, memoryBytes, maxProcesses);
      const temporary = join(request.directory, "tmp");
      mkdirSync(temporary, { recursive: true });
      for (const { target, path } of request.symlinks) symlinkSync(target, path);
      return startProcess({
        command: ["/bin/sh", "-c", watchdog, "sh", ...request.command],
        environment: { ...request.environment, TMPDIR: temporary },
        directory: request.taskDirectory,
        control: request.control,
        lifeline: true,
        makeGroup,
        memoryBytes,
        pipes,
      });
    },
  };
}
