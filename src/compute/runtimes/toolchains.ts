// Which toolchain runs which runtime. Each is looked for at its first use.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { notImplemented } from "../../core/fault.ts";
import type { Log } from "../../core/log.ts";
import { nodejsSdk, type Sdk, type SdkOptions } from "../sdk/nodejs.ts";
import { pythonSdk } from "../sdk/python.ts";
import { findInterpreter, type Interpreter } from "./interpreters.ts";
import { nodejsToolchain } from "./nodejs.ts";
import { providedToolchain } from "./provided.ts";
import { prepareClient, pythonToolchain } from "./python.ts";
import type { Toolchain } from "./toolchain.ts";

export interface ToolchainOptions {
  readonly dataDirectory: string;
  /** For the directories of links to SDKs. */
  readonly directory: string;
  readonly isolated: boolean;
  readonly hostPath: string;
  readonly log: Log;
}

export interface ToolchainWithSdk {
  readonly toolchain: Toolchain;
  readonly sdk: Sdk | undefined;
}

export class Toolchains {
  readonly #options: ToolchainOptions;
  readonly #found = new Map<string, Promise<ToolchainWithSdk>>();
  #nodejsSdk: Sdk | undefined;
  #pythonSdk: Promise<Sdk> | undefined;

  constructor(options: ToolchainOptions) {
    this.#options = options;
  }

  get(runtime: string): Promise<ToolchainWithSdk> {
    const known = this.#found.get(runtime);
    if (known !== undefined) return known;
    const finding = this.#find(runtime);
    this.#found.set(runtime, finding);
    // A Python that is missing now may be installed later.
    finding.catch(() => this.#found.delete(runtime));
    return finding;
  }

  async #find(runtime: string): Promise<ToolchainWithSdk> {
    if (/^nodejs\d+\.x$/.test(runtime)) {
      this.#nodejsSdk ??= nodejsSdk(this.#sdkOptions("nodejs"));
      return {
        toolchain: nodejsToolchain(runtime, this.#nodejsSdk, this.#options.isolated),
        sdk: this.#nodejsSdk,
      };
    }
    if (/^python3\.\d+$/.test(runtime)) return this.#findPython(runtime);
    if (runtime.startsWith("provided")) {
      const directory = join(this.#options.directory, "provided");
      mkdirSync(directory, { recursive: true });
      return { toolchain: providedToolchain(runtime, directory), sdk: undefined };
    }
    throw notImplemented("lambda", `the runtime ${runtime}`);
  }

  async #findPython(runtime: string): Promise<ToolchainWithSdk> {
    const { hostPath, log, directory, isolated } = this.#options;
    const [general, exact] = await Promise.all([
      findInterpreter("python3", hostPath),
      findInterpreter(runtime, hostPath),
    ]);
    const interpreter = exact ?? general;
    if (interpreter === undefined) throw notImplemented("lambda", `${runtime} on a machine without Python`);
    if (exact === undefined) {
      log({
        level: "warn",
        event: "runtime",
        message: `There is no ${runtime} on this machine: its functions run on Python ${interpreter.version}`,
      });
    }
    this.#pythonSdk ??= this.#openPythonSdk(general ?? interpreter, interpreter);
    const sdk = await this.#pythonSdk;
    const client = await prepareClient(interpreter, directory);
    return { toolchain: pythonToolchain({ runtime, interpreter, client, sdk, isolated }), sdk };
  }

  async #openPythonSdk(general: Interpreter, exact: Interpreter): Promise<Sdk> {
    const interpreter = general.sitePackages === undefined ? exact : general;
    return pythonSdk({
      ...this.#sdkOptions("python"),
      interpreter: interpreter.executable,
      sitePackages: interpreter.sitePackages,
    });
  }

  #sdkOptions(name: string): SdkOptions {
    return { ...this.#options, directory: join(this.#options.directory, name) };
  }
}
