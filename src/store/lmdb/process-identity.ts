// Which process this is, and whether another is still alive. A process id alone
// is used again after a while, and at once after a reboot or in another container.

import { readFileSync, readlinkSync } from "node:fs";

export interface ProcessIdentity {
  readonly pid: number;
  /** Where the system tells (Linux): the time it started, the boot it belongs to, the namespace its id is from. */
  readonly started?: string;
  readonly boot?: string;
  readonly namespace?: string;
}

export function thisProcess(): ProcessIdentity {
  const started = startOf(process.pid);
  const boot = told(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const namespace = told(() => readlinkSync("/proc/self/ns/pid"));
  return {
    pid: process.pid,
    ...(started === undefined ? {} : { started }),
    ...(boot === undefined ? {} : { boot }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

/** On every Linux the namespace that is no container's. */
const initialNamespace = "pid:[4026531836]";

export function isContained({ namespace }: ProcessIdentity): boolean {
  return namespace !== undefined && namespace !== initialNamespace;
}

/** `unknown` for a process of another container on this machine, whose id means nothing here. */
export function stateOf(other: ProcessIdentity): "alive" | "dead" | "unknown" {
  const here = thisProcess();
  if (other.boot !== here.boot) return "dead";
  if (other.namespace !== here.namespace) return "unknown";
  if (other.started !== undefined) return startOf(other.pid) === other.started ? "alive" : "dead";
  try {
    process.kill(other.pid, 0);
    return "alive";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH" ? "dead" : "alive";
  }
}

/** In clock ticks since boot; undefined also for a process that ended and that its parent has not noticed yet. */
function startOf(pid: number): string | undefined {
  return told(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Fields 3 (state) and 22 (start), counted behind the command's name, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  });
}

function told(ask: () => string | undefined): string | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
