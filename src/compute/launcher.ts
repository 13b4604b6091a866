// Brings a function's code and a runtime process together: in a process that
// was waiting for it, or in a new one.

import { join } from "node:path";
import type { FunctionSpec, RoleCredentials } from "../core/ports/compute.ts";
import type { StartedRuntime } from "./boot.ts";
import type { CodeCache, CodeTree } from "./code/code-cache.ts";
import { copyTree, linkTree } from "./code/tree.ts";
import type { StartRuntime } from "./environment.ts";
import { environmentVariables } from "./environment-variables.ts";
import { InvalidEntrypoint } from "./failures.ts";
import type { RuntimeEvents } from "./link/link.ts";
import type { Relay } from "./link/relay.ts";
import { openRuntimeApi } from "./link/runtime-api.ts";
import { monotonicMilliseconds } from "./real-time.ts";
import { makeDirectories, optDirectory, RuntimeProcess, taskDirectory } from "./runtime-process.ts";
import { findBootstrap } from "./runtimes/provided.ts";
import { needsOwnProcess, type Toolchain } from "./runtimes/toolchain.ts";
import type { Toolchains } from "./runtimes/toolchains.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import type { WaitingProcesses } from "./waiting-processes.ts";

/** Larger trees are mounted into a new process: to link so many files would take longer. */
const maxLinkedEntries = 100;

interface Launch {
  readonly spec: FunctionSpec;
  readonly toolchain: Toolchain;
  readonly credentials: RoleCredentials;
  readonly logStreamName: string;
  readonly provisioned: boolean;
  readonly events: RuntimeEvents;
  readonly task: CodeTree;
  readonly opt: CodeTree;
}

export interface LauncherOptions {
  readonly sandbox: Sandbox;
  readonly toolchains: Toolchains;
  readonly code: CodeCache;
  readonly waiting: WaitingProcesses;
  /** For the directories of the environments. */
  readonly directory: string;
  readonly endpoint: () => string;
}

export class Launcher {
  readonly #options: LauncherOptions;
  #count = 0;

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  readonly start: StartRuntime = async (spec, credentials, logStreamName, provisioned, events, complain) => {
    const [{ toolchain, sdk }, task, opt] = await Promise.all([
      this.#options.toolchains.get(spec.runtime),
      this.#options.code.get([spec.codeZip]),
      this.#options.code.get(spec.layerZips),
    ]);
    const release = (): void => {
      task.release();
      opt.release();
    };
    try {
      const complaint = await sdk?.ensure([task.directory, opt.directory]);
      if (complaint !== undefined) complain(complaint);
      const launch = { spec, toolchain, credentials, logStreamName, provisioned, events, task, opt };
      const started = toolchain.ownClient
        ? await this.#startClient(launch)
        : await this.#startProvided(launch);
      void started.process.exit.then(release);
      return started;
    } catch (error) {
      release();
      throw error;
    }
  };

  /** Has processes wait for the next environments like this one. */
  async replenish(spec: FunctionSpec): Promise<void> {
    if (needsOwnProcess(spec.environment)) return;
    const { toolchain } = await this.#options.toolchains.get(spec.runtime);
    if (!toolchain.ownClient) return;
    this.#options.waiting.replenish(waitingKey(toolchain, spec), (to: Relay) => {
      const directory = this.#makeDirectory();
      const { sandbox } = this.#options;
      return new RuntimeProcess({ sandbox, directory, toolchain, shape: shapeOf(spec), events: to.events });
    });
  }

  async #startClient(launch: Launch): Promise<StartedRuntime> {
    const { spec, toolchain } = launch;
    const waiting = this.#fitsWaiting(launch)
      ? this.#options.waiting.take(waitingKey(toolchain, spec))
      : undefined;
    const startedAt = monotonicMilliseconds();
    const process = waiting?.process ?? (await this.#newProcess(launch));
    if (waiting !== undefined) {
      await this.#fill(process.directory, launch);
      waiting.relay.connect(launch.events);
    }
    const link = process.link!;
    link.assign({
      environment: this.#variables(launch, process.layout),
      taskRoot: process.layout.task,
      handler: spec.handler,
      ...toolchain.assignment(process.layout),
    });
    return { process, link, version: toolchain.version, startedAt };
  }

  #fitsWaiting({ spec, task, opt }: Launch): boolean {
    return !needsOwnProcess(spec.environment) && task.entries + opt.entries <= maxLinkedEntries;
  }

  async #newProcess(launch: Launch): Promise<RuntimeProcess> {
    const { spec, toolchain, task, opt, events } = launch;
    const { sandbox } = this.#options;
    const directory = this.#makeDirectory();
    if (!sandbox.isolated) await this.#fill(directory, launch);
    const layout = sandbox.layout(directory, toolchain.paths);
    const shape = shapeOf(spec);
    const wrapper = spec.environment.AWS_LAMBDA_EXEC_WRAPPER;
    return new RuntimeProcess({
      sandbox,
      directory,
      toolchain,
      shape,
      events,
      ...(sandbox.isolated ? { code: { task: task.directory, opt: opt.directory } } : {}),
      ...(needsOwnProcess(spec.environment) ? { environment: this.#variables(launch, layout) } : {}),
      ...(wrapper === undefined
        ? {}
        : { command: [wrapper, ...toolchain.command(layout, shape.memoryMegabytes)] }),
    });
  }

  async #startProvided(launch: Launch): Promise<StartedRuntime> {
    const { spec, toolchain, task, opt, events } = launch;
    const { sandbox } = this.#options;
    const place = await findBootstrap(task.directory, opt.directory);
    if (place === undefined) throw new InvalidEntrypoint();
    const directory = this.#makeDirectory();
    if (!sandbox.isolated) await this.#fill(directory, launch);
    const layout = sandbox.layout(directory, toolchain.paths);
    let process: RuntimeProcess | undefined;
    // The port tells whose invocations are asked for; whoever asks must be of that environment.
    const link = await openRuntimeApi(events, (port) => process?.ownsLocalPort(port) ?? true);
    const startedAt = monotonicMilliseconds();
    process = new RuntimeProcess({
      sandbox,
      directory,
      toolchain,
      shape: shapeOf(spec),
      events,
      ...(sandbox.isolated ? { code: { task: task.directory, opt: opt.directory } } : {}),
      environment: this.#variables(launch, layout, link.address),
      command: [place === "opt" ? join(layout.opt, "bootstrap") : join(layout.task, "bootstrap")],
    });
    void process.exit.then(() => link.close());
    return { process, link, version: toolchain.version, startedAt };
  }

  #variables(
    launch: Launch,
    layout: RuntimeProcess["layout"],
    runtimeApi?: string,
  ): Readonly<Record<string, string>> {
    return environmentVariables({
      ...launch,
      layout,
      endpoint: this.#options.endpoint(),
      initialization: launch.provisioned ? "provisioned-concurrency" : "on-demand",
      ...(runtimeApi === undefined ? {} : { runtimeApi }),
    });
  }

  /** Puts the code into an environment's own directories. */
  async #fill(directory: string, { task, opt }: Launch): Promise<void> {
    const trees = [
      [task.directory, taskDirectory(directory)],
      [opt.directory, optDirectory(directory)],
    ] as const;
    for (const [from, to] of trees) {
      if (this.#options.sandbox.isolated) linkTree(from, to);
      else await copyTree(from, to);
    }
  }

  #makeDirectory(): string {
    const directory = join(this.#options.directory, String(++this.#count));
    makeDirectories(directory);
    return directory;
  }
}

function shapeOf(spec: FunctionSpec): { memoryMegabytes: number; temporaryMegabytes: number } {
  return { memoryMegabytes: spec.memoryMegabytes, temporaryMegabytes: spec.ephemeralStorageMegabytes };
}

function waitingKey(toolchain: Toolchain, spec: FunctionSpec): string {
  return `${toolchain.key}/${spec.memoryMegabytes}/${spec.ephemeralStorageMegabytes}`;
}
