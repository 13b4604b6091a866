// The AWS SDK for JavaScript that AWS's Node.js runtimes carry: found beside
// Cumulet or installed globally, and what is then still missing is installed
// on demand, once.

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Log } from "../../core/log.ts";
import { runtimesDirectory } from "../directory.ts";
import { findExecutable, run } from "../sandbox/probe.ts";
import type { Mount } from "../sandbox/sandbox.ts";
import { mentioned } from "./demand.ts";
import { linkPackages, scopedPackages } from "./farm.ts";

export interface Sdk {
  /** The directory that becomes `/var/runtime`. */
  readonly directory: string;
  readonly mounts: readonly Mount[];
  /** Sees to it that what the code asks for is there; resolves with a complaint where it cannot be. */
  ensure(codeDirectories: readonly string[]): Promise<string | undefined>;
}

export interface SdkOptions {
  readonly dataDirectory: string;
  /** Where the directory of links is made. */
  readonly directory: string;
  readonly isolated: boolean;
  readonly hostPath: string;
  readonly log: Log;
}

const scopes = ["@aws-sdk", "@smithy", "@aws-crypto"];
/** A name in quotes, perhaps with a path behind it; a name that is only put together when it runs is none. */
export const packageName = /["'`](@(?:aws-sdk|smithy)\/[a-z0-9-]*[a-z0-9])(?=["'`/])/g;
const installMilliseconds = 180_000;

export function nodejsSdk(options: SdkOptions): Sdk {
  const modules = join(options.directory, "node_modules");
  const installed = join(options.dataDirectory, "runtimes", "nodejs-sdk", "node_modules");
  mkdirSync(modules, { recursive: true });
  mkdirSync(installed, { recursive: true });
  const mounts: Mount[] = [];
  const links: (() => void)[] = [];
  const known = new Set<string>();
  const offer = (host: string, name: string): void => {
    // The name `node_modules` matters: packages find each other by it.
    const inside = `/var/lang/sdk/${name}/node_modules`;
    mounts.push({ host, inside });
    links.push(() => {
      const names = scopedPackages(host, scopes).filter((each) => !known.has(each));
      linkPackages(modules, names, options.isolated ? inside : host);
      for (const each of names) known.add(each);
    });
  };
  for (const [index, host] of machineModules().entries()) offer(host, `machine${index}`);
  offer(installed, "installed");
  const link = (): void => {
    for (const each of links) each();
  };
  link();
  const checked = new Map<string, Promise<string | undefined>>();
  let installing: Promise<unknown> = Promise.resolve();

  const check = async (directories: readonly string[]): Promise<string | undefined> => {
    const asked = await mentioned(directories, [".js", ".mjs", ".cjs"], packageName);
    const carried = new Set(
      directories.flatMap((directory) =>
        ["node_modules", "nodejs/node_modules"].flatMap((name) =>
          scopedPackages(join(directory, name), scopes),
        ),
      ),
    );
    const missing = (): string[] => [...asked].filter((name) => !known.has(name) && !carried.has(name));
    if (missing().length === 0) return undefined;
    const turn = installing.then(async () => {
      const names = missing();
      if (names.length === 0) return undefined;
      const complaint = await install(options, dirname(installed), names);
      link();
      return complaint;
    });
    installing = turn.catch(() => undefined);
    return turn;
  };

  return {
    directory: options.directory,
    mounts,
    ensure(directories) {
      const key = directories.join("\0");
      const known = checked.get(key);
      if (known !== undefined) return known;
      const checking = check(directories);
      checked.set(key, checking);
      // Without the network today is not without the network tomorrow.
      checking.then(
        (complaint) => complaint !== undefined && checked.delete(key),
        () => checked.delete(key),
      );
      return checking;
    },
  };
}

/** `node_modules` directories of this machine that hold clients of the SDK. */
function machineModules(): readonly string[] {
  const candidates: string[] = [];
  for (let folder = runtimesDirectory(); folder !== dirname(folder); folder = dirname(folder)) {
    candidates.push(join(folder, "node_modules"));
  }
  candidates.push(join(dirname(dirname(process.execPath)), "lib", "node_modules"));
  return candidates.filter((modules) =>
    scopedPackages(modules, ["@aws-sdk"]).some((name) => name.startsWith("@aws-sdk/client-")),
  );
}

async function install(
  options: SdkOptions,
  prefix: string,
  names: readonly string[],
): Promise<string | undefined> {
  const list = names.join(", ");
  const npm = await findExecutable("npm", options.hostPath);
  if (npm === undefined)
    return `The AWS SDK is not on this machine (${list}), and there is no npm to install it with.`;
  options.log({
    level: "info",
    event: "sdk-install",
    message: `Installing ${list} for Node.js functions`,
    prefix,
  });
  const args = ["install", "--prefix", prefix, "--no-audit", "--no-fund", "--ignore-scripts", ...names];
  // Proxies, certificates, registries: the user's own settings, as if the user had typed it.
  const environment = { ...process.env, PATH: options.hostPath };
  const outcome = await run(npm, args, environment, installMilliseconds);
  options.log({
    level: outcome.ok ? "info" : "error",
    event: "sdk-install",
    packages: names,
    ok: outcome.ok,
  });
  if (outcome.ok) return undefined;
  return `The AWS SDK is not on this machine (${list}), and npm could not install it: ${outcome.stderr.trim().slice(0, 2000)}`;
}
