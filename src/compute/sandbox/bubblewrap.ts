// The sandbox of choice: bubblewrap gives each environment its own view of the
// machine, with the paths, user and process numbers that a function has on AWS.

import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ControlGroups } from "./cgroup.ts";
import type { PipeStock } from "./pipes.ts";
import { findExecutable, run } from "./probe.ts";
import { startProcess } from "./process.ts";
import type { Layout, Mount, Sandbox } from "./sandbox.ts";

const megabyte = 1024 * 1024;
/** AWS's own user and group of a function, `sbx_user1051`. */
const userId = 993;
const groupId = 990;
/** AWS allows 1,024 processes and threads. */
const maxProcesses = 1024;

/** What of `/etc` programs need to resolve names, trust certificates and find libraries. */
const etcNames = [
  "alternatives",
  "ca-certificates",
  "crypto-policies",
  "host.conf",
  "hosts",
  "gai.conf",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "localtime",
  "mime.types",
  "nsswitch.conf",
  "pki",
  "protocols",
  "resolv.conf",
  "services",
  "ssl",
];

/** Nothing where bubblewrap is absent or the system forbids its namespaces. */
export async function openBubblewrap(
  searchPath: string,
  stateDirectory: string,
  groups: ControlGroups | undefined,
  pipes: PipeStock | undefined,
): Promise<Sandbox | undefined> {
  const program = await findExecutable("bwrap", searchPath);
  if (program === undefined) return undefined;
  const base = [...namespaceArguments(), ...systemArguments(stateDirectory)];
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
        ...mounts.flatMap((mount) => ["--ro-bind", mount.host, mount.inside]),
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
function systemArguments(stateDirectory: string): readonly string[] {
  const args = ["--hostname", "localhost", "--ro-bind", "/usr", "/usr"];
  for (const path of ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix"]) args.push(...sameAsHost(path));
  for (const name of etcNames) {
    const path = `/etc/${name}`;
    // Often a link to somewhere that is not shown inside.
    if (existsSync(path)) args.push("--ro-bind", realpathSync(path), path);
  }
  for (const [name, text] of accountFiles) {
    mkdirSync(stateDirectory, { recursive: true });
    writeFileSync(join(stateDirectory, name), text);
    args.push("--ro-bind", join(stateDirectory, name), `/etc/${name}`);
  }
  args.push("--proc", "/proc", "--dev", "/dev");
  return args;
}

const accountFiles = [
  [
    "passwd",
    `root:x:0:0:root:/root:/bin/bash\nsbx_user1051:x:${userId}:${groupId}::/home/sbx_user1051:/sbin/nologin\n`,
  ],
  ["group", `root:x:0:\nsbx_group1051:x:${groupId}:\n`],
] as const;

function sameAsHost(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (lstatSync(path).isSymbolicLink()) return ["--symlink", readlinkSync(path), path];
  return ["--ro-bind", path, path];
}
