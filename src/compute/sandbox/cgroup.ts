// Memory and process limits by control groups, version 1 or 2, where the
// machine lets us write them. To move a process into a group takes the kernel
// 10 to 25 ms, in which no process of the machine can fork: a cold start cannot
// wait for that, so an environment enters its group once it is up, in the
// background. Until then, and wherever there are no groups, memory is polled.

import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface ControlGroups {
  /** A group for one environment. */
  create(name: string, memoryBytes: number, maxProcesses: number): ControlGroup;
  close(): void;
}

export interface ControlGroup {
  /** Moves a process into the group; what it starts from then on is in it as well. */
  enter(pid: number): Promise<void>;
  /** False while its last process is still ending: then try again. */
  remove(): boolean;
}

const prefix = "cumulet-";

/** Nothing where no group can be made. */
export function openControlGroups(pid = process.pid): ControlGroups | undefined {
  const memberships = read("/proc/self/cgroup");
  if (memberships === undefined) return undefined;
  return openVersion1(memberships, pid) ?? openVersion2(memberships, pid);
}

function openVersion1(memberships: string, pid: number): ControlGroups | undefined {
  const parents: string[] = [];
  for (const [controller, probe] of [
    ["memory", "memory.limit_in_bytes"],
    ["pids", "pids.max"],
  ] as const) {
    const path = new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, "m").exec(memberships)?.[1];
    if (path === undefined) continue;
    const parent = makeParent(join("/sys/fs/cgroup", controller, path), pid, probe);
    if (parent !== undefined) parents.push(parent);
  }
  if (!parents.some((parent) => parent.includes("/memory/"))) return undefined;
  return groupsUnder(parents, (folder, memoryBytes, maxProcesses) => {
    if (folder.includes("/cgroup/memory/")) {
      writeFileSync(join(folder, "memory.limit_in_bytes"), String(memoryBytes));
    } else writeFileSync(join(folder, "pids.max"), String(maxProcesses));
  });
}

function openVersion2(memberships: string, pid: number): ControlGroups | undefined {
  const path = /^0::(.*)$/m.exec(memberships)?.[1];
  if (path === undefined) return undefined;
  const own = join("/sys/fs/cgroup", path);
  // A group that holds processes cannot hand its controllers down, unless it is
  // the root; the group above ours often can.
  for (const candidate of [own, dirname(own)]) {
    if (!candidate.startsWith("/sys/fs/cgroup")) continue;
    const parent = makeParent(candidate, pid, "memory.max");
    if (parent === undefined) continue;
    try {
      writeFileSync(join(parent, "cgroup.subtree_control"), "+memory +pids");
    } catch {
      remove(parent);
      continue;
    }
    return groupsUnder([parent], (folder, memoryBytes, maxProcesses) => {
      writeFileSync(join(folder, "memory.max"), String(memoryBytes));
      writeFileSync(join(folder, "memory.oom.group"), "1");
      writeFileSync(join(folder, "pids.max"), String(maxProcesses));
    });
  }
  return undefined;
}

function groupsUnder(
  parents: readonly string[],
  limit: (folder: string, memoryBytes: number, maxProcesses: number) => void,
): ControlGroups {
  return {
    create(name, memoryBytes, maxProcesses) {
      const folders = parents.map((parent) => join(parent, name));
      for (const folder of folders) {
        mkdirSync(folder, { recursive: true });
        limit(folder, memoryBytes, maxProcesses);
      }
      return {
        async enter(pid) {
          // In a thread of Node's pool, one by one: the kernel would queue them anyway.
          for (const folder of folders) await writeFile(join(folder, "cgroup.procs"), String(pid));
        },
        remove: () => folders.map(remove).every(Boolean),
      };
    },
    close() {
      for (const parent of parents) removeTree(parent);
    },
  };
}

/** Our own folder in `base`; nothing where it cannot be made or lacks the controller. */
function makeParent(base: string, pid: number, probe: string): string | undefined {
  const folder = join(base, `${prefix}${pid}`);
  try {
    removeLeftovers(base);
    mkdirSync(folder, { recursive: true });
    if (read(join(folder, probe)) !== undefined) {
      writeFileSync(join(folder, "cgroup.procs"), "", { flag: "r+" });
      return folder;
    }
  } catch {
    // Not ours to write.
  }
  remove(folder);
  return undefined;
}

/** Folders of processes that were killed before they could tidy up. */
function removeLeftovers(base: string): void {
  for (const name of readdirSync(base)) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length));
    if (read(`/proc/${pid}/stat`) === undefined) removeTree(join(base, name));
  }
}

function removeTree(folder: string): void {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) remove(join(folder, entry.name));
    }
  } catch {
    // Gone already.
  }
  remove(folder);
}

function remove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
