// The AWS SDK for Python that AWS's Python runtimes carry: the boto3 of this
// machine, or one installed on demand, once.

import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../sandbox/probe.ts";
import type { Mount } from "../sandbox/sandbox.ts";
import { mentioned } from "./demand.ts";
import { linkPackages } from "./farm.ts";
import type { Sdk, SdkOptions } from "./nodejs.ts";

/** boto3 and what it needs; all of it is Python code and fits every interpreter. */
const packages = ["boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3"];
const importStatement = /^[ \t]*(?:import|from)[ \t]+(boto3|botocore)\b/gm;
const installMilliseconds = 180_000;

export interface PythonSdkOptions extends SdkOptions {
  /** An interpreter to install with, and the directory that its boto3 was found in. */
  readonly interpreter: string;
  readonly sitePackages: string | undefined;
}

export function pythonSdk(options: PythonSdkOptions): Sdk {
  const installed = join(options.dataDirectory, "runtimes", "python-sdk");
  mkdirSync(installed, { recursive: true });
  mkdirSync(options.directory, { recursive: true });
  const mounts: Mount[] = [];
  const linked = new Set<string>();
  const link = (host: string, name: string): void => {
    const names = namesIn(host).filter((each) => !linked.has(each));
    linkPackages(options.directory, names, options.isolated ? `/var/lang/sdk/${name}` : host);
    for (const each of names) linked.add(each);
  };
  const offer = (host: string, name: string): void => {
    mounts.push({ host, inside: `/var/lang/sdk/${name}` });
    if (existsSync(join(host, "boto3"))) link(host, name);
  };
  if (options.sitePackages !== undefined) offer(options.sitePackages, "machine");
  offer(installed, "installed");

  const check = async (directories: readonly string[]): Promise<string | undefined> => {
    if (linked.has("boto3")) return undefined;
    if (
      directories.some((directory) =>
        ["boto3", "python/boto3"].some((name) => existsSync(join(directory, name))),
      )
    ) {
      return undefined;
    }
    if ((await mentioned(directories, [".py"], importStatement)).size === 0) return undefined;
    const complaint = await install(options, installed);
    if (complaint === undefined) link(installed, "installed");
    return complaint;
  };

  let checking: Promise<unknown> = Promise.resolve();
  return {
    directory: options.directory,
    mounts,
    ensure(directories) {
      if (linked.has("boto3")) return Promise.resolve(undefined);
      const turn = checking.then(() => check(directories));
      checking = turn.catch(() => undefined);
      return turn;
    },
  };
}

function namesIn(host: string): readonly string[] {
  const there = new Set(readdirSync(host));
  // The data about the packages as well: `importlib.metadata` asks for it.
  const metadata = [...there].filter((name) => /^(boto3|botocore|s3transfer)-.*\.dist-info$/.test(name));
  return [...packages.filter((name) => there.has(name)), ...metadata];
}

async function install(options: PythonSdkOptions, target: string): Promise<string | undefined> {
  options.log({
    level: "info",
    event: "sdk-install",
    message: "Installing boto3 for Python functions",
    target,
  });
  const args = ["-m", "pip", "install", "--disable-pip-version-check", "--target", target, "boto3"];
  // Proxies, certificates, registries: the user's own settings, as if the user had typed it.
  const environment = { ...process.env, PATH: options.hostPath };
  const outcome = await run(options.interpreter, args, environment, installMilliseconds);
  options.log({
    level: outcome.ok ? "info" : "error",
    event: "sdk-install",
    packages: ["boto3"],
    ok: outcome.ok,
  });
  if (outcome.ok) return undefined;
  return `boto3 is not on this machine, and pip could not install it: ${outcome.stderr.trim().slice(0, 2000)}`;
}
