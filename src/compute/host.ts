// The function host: runs user code in sandboxed processes of this machine.
// See core/ports/compute.ts for what it promises.

import { mkdirSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import type { FunctionHost, FunctionSpec, LateLines } from "../core/ports/compute.ts";
import { CodeCache } from "./code/code-cache.ts";
import { Environment } from "./environment.ts";
import type { CredentialSource } from "./environment-group.ts";
import { Launcher } from "./launcher.ts";
import { type FunctionHostOptions, withDefaults } from "./options.ts";
import { Pool } from "./pool.ts";
import { after } from "./real-time.ts";
import { Toolchains } from "./runtimes/toolchains.ts";
import { openBubblewrap } from "./sandbox/bubblewrap.ts";
import { type ControlGroups, openControlGroups } from "./sandbox/cgroup.ts";
import { PipeStock } from "./sandbox/pipes.ts";
import { plainSandbox } from "./sandbox/plain.ts";
import { findExecutable } from "./sandbox/probe.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { WaitingProcesses } from "./waiting-processes.ts";

export type { FunctionHostOptions } from "./options.ts";

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const sessionPrefix = "session-";
/** Milliseconds after an environment's init. */
const replenishDelay = 100;

/** What exists once the first function runs: nothing of it costs anything before. */
interface Machinery {
  readonly launcher: Launcher;
  readonly session: string;
  readonly groups: ControlGroups | undefined;
}

export function createFunctionHost(options: FunctionHostOptions): FunctionHost {
  const limits = withDefaults(options.limits);
  const waiting = new WaitingProcesses(limits);
  const now = (): number => options.clock.now();
  let machinery: Promise<Machinery> | undefined;
  let listener: LateLines | undefined;

  const create = async (
    spec: FunctionSpec,
    source: CredentialSource,
    provisioned: boolean,
  ): Promise<Environment> => {
    machinery ??= openMachinery(options, waiting);
    const [{ launcher }, credentials] = await Promise.all([machinery, source()]);
    return new Environment({
      spec,
      credentials,
      provisioned,
      now,
      initMilliseconds: limits.initMilliseconds,
      start: launcher.start,
      // Starting further processes takes the processor: the function's first answer comes before.
      onInitialised: () => {
        after(replenishDelay, () => void launcher.replenish(spec).catch(() => undefined));
      },
      onIdle: (each) => pool.released(each),
      onEnded(each, lateLines) {
        if (lateLines.length > 0) listener?.(each.spec, each.logStreamName, lateLines);
        pool.ended(each);
      },
    });
  };
  const pool = new Pool({ limits, now, create });

  return {
    async invoke(spec, credentials, invocation) {
      invocation.signal.throwIfAborted();
      const environment = await pool.acquire(spec, credentials, invocation.signal);
      return environment.invoke(invocation);
    },
    hasRoom: (specId) => pool.hasRoom(specId),
    prepare: (spec, credentials, count) => pool.prepare(spec, credentials, count),
    retire: (specId) => pool.retire(specId),
    onLateLines(given) {
      listener = given;
    },
    async stop() {
      await Promise.all([pool.stop(), waiting.stop()]);
      const opened = await machinery?.catch(() => undefined);
      opened?.groups?.close();
      if (opened !== undefined) await rm(opened.session, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function openMachinery(options: FunctionHostOptions, waiting: WaitingProcesses): Promise<Machinery> {
  const hostPath = options.hostPath ?? process.env.PATH ?? defaultPath;
  mkdirSync(options.workDirectory, { recursive: true });
  void removeOldSessions(options.workDirectory, await readdir(options.workDirectory));
  const session = await mkdtemp(join(options.workDirectory, sessionPrefix));
  const groups = openControlGroups();
  const mkfifo = await findExecutable("mkfifo", hostPath);
  // In a worker thread Node warns of descriptors that it did not close itself.
  const pipes =
    mkfifo === undefined || !isMainThread ? undefined : new PipeStock(join(session, "pipes"), mkfifo);
  const sandbox = await openSandbox(options, { hostPath, session, groups, pipes });
  const toolchains = new Toolchains({
    dataDirectory: options.dataDirectory,
    directory: join(session, "sdk"),
    isolated: sandbox.isolated,
    hostPath,
    log: options.log,
  });
  const code = new CodeCache(join(session, "code"));
  const directory = join(session, "environments");
  const launcher = new Launcher({
    sandbox,
    toolchains,
    code,
    waiting,
    directory,
    endpoint: options.endpoint,
  });
  return { launcher, session, groups };
}

async function openSandbox(
  options: FunctionHostOptions,
  means: {
    readonly hostPath: string;
    readonly session: string;
    readonly groups: ControlGroups | undefined;
    readonly pipes: PipeStock | undefined;
  },
): Promise<Sandbox> {
  const { hostPath, session, groups, pipes } = means;
  if (options.isolation !== "plain") {
    const sandbox = await openBubblewrap(hostPath, join(session, "system"), groups, pipes);
    if (sandbox !== undefined) return sandbox;
  }
  options.log({
    level: "warn",
    event: "sandbox",
    message:
      "bubblewrap (bwrap) cannot be used here: functions run as plain processes, which see this machine's files " +
      "and processes as Cumulet does, and LAMBDA_TASK_ROOT is not /var/task",
  });
  return plainSandbox(groups, pipes);
}

/** What an earlier process left behind: the data directory's lock says that it has gone. */
async function removeOldSessions(directory: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (!name.startsWith(sessionPrefix)) continue;
    await rm(join(directory, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
