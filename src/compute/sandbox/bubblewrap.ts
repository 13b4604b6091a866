// The sandbox of choice: bubblewrap gives each environment its own view of the
// machine, with the paths, user and process numbers that a function has on AWS.

import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { ControlGroups } from "./cgroup.ts";
import { groupId, prepareEtc, userId } from "./etc.ts";
import type { PipeStock } from "./pipes.ts";
import { findExecutable, run } from "./probe.ts";
import { startProcess } from "./process.ts";
import type { Layout, Mount, Sandbox } from "./sandbox.ts";

const megabyte = 1024 * 1024;
/** AWS allows 1,024 processes and threads. */
const maxProcesses = 1024;

/** Nothing where bubblewrap is absent or the system forbids its namespaces. */
export async function openBubblewrap(
  searchPath: string,
  stateDirectory: string,
  groups: ControlGroups | undefined,
  pipes: PipeStock | undefined,
): Promise<Sandbox | undefined> {
  const program = await findExecutable("bwrap", searchPath);
  if (program === undefined) return undefined;
  const base = [...namespaceArguments(), ...systemArguments(await prepareEtc(join(stateDirectory, "etc")))];
  const temporary = ["--size", String(megabyte), "--tmpfs", "/tmp"];
  const probe = await run(program, [...base, ...temporary, "/bin/sh", "-c", "test -r /proc/self/stat"]);
  return probe.ok ? bubblewrap(program, base, groups, pipes) : undefined;
}

function bubblewrap(
  program: string,
  base: readonly string[],
  groups: ControlGroups | undefined,
  pipes: PipeStock | undefined,
): Sandbox {
  let count = 0;
  return {
    isolated: true,
    layout: (): Layout => ({
      root: "/",
      task: "/var/task",
      opt: "/opt",
      temporary: "/tmp",
      runtime: "/var/runtime",
      client: "/var/lang/client",
    }),
    start(request) {
      // /tmp lives in memory and counts as the group's; the polled limit does not see it.
      const memoryBytes = request.memoryMegabytes * megabyte;
      const temporaryBytes = request.temporaryMegabytes * megabyte;
      const makeGroup = () =>
        groups?.create(`environment-${++count}`, memoryBytes + temporaryBytes, maxProcesses);
      const mounts: readonly Mount[] = [
        { host: request.taskDirectory, inside: "/var/task" },
        { host: request.optDirectory, inside: "/opt" },
        ...request.mounts,
      ];
      const args = [
        ...base,
        ...mounts.flatMap(readOnly),
        ...request.symlinks.flatMap((link) => ["--symlink", link.target, link.path]),
        ...["--perms", "1777", "--size", String(temporaryBytes), "--tmpfs", "/tmp"],
        ...["--remount-ro", "/", "--chdir", "/var/task", "--"],
      ];
      return startProcess({
        command: [program, ...args, ...request.command],
        environment: request.environment,
        directory: "/",
        control: request.control,
        lifeline: false,
        makeGroup,
        memoryBytes,
        pipes,
      });
    },
  };
}

function namespaceArguments(): readonly string[] {
  const ids = ["--uid", String(userId), "--gid", String(groupId)];
  return ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent", ...ids];
}

/** The programs and libraries of the machine, and the few files of `/etc` that are no secret. */
function systemArguments(etc: readonly Mount[]): readonly string[] {
  const args = ["--hostname", "localhost", "--ro-bind", "/usr", "/usr"];
  for (const path of ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix"]) args.push(...sameAsHost(path));
  args.push(...etc.flatMap(readOnly), "--proc", "/proc", "--dev", "/dev");
  return args;
}

function readOnly(mount: Mount): readonly string[] {
  return ["--ro-bind", mount.host, mount.inside];
}

function sameAsHost(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (lstatSync(path).isSymbolicLink()) return ["--symlink", readlinkSync(path), path];
  return ["--ro-bind", path, path];
}
