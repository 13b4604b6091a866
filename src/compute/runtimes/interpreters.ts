// Finds the Python interpreters of this machine, and the boto3 that one of
// them has.

import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { findExecutable, run } from "../sandbox/probe.ts";

export interface Interpreter {
  readonly executable: string;
  /** The installation: its library is under here. */
  readonly prefix: string;
  /** `3.12.1`. */
  readonly version: string;
  /** Where boto3 is installed for it. */
  readonly sitePackages: string | undefined;
}

const question = [
  "import json, os, sys, importlib.util",
  "spec = importlib.util.find_spec('boto3')",
  "core = importlib.util.find_spec('botocore')",
  "site = os.path.dirname(os.path.dirname(spec.origin)) if spec and spec.origin and core else None",
  "real = getattr(sys, '_base_executable', None) or sys.executable",
  "print(json.dumps({'executable': real, 'prefix': sys.base_prefix, 'version': '%d.%d.%d' % sys.version_info[:3], 'sitePackages': site}))",
].join("\n");

/** `python3.12`, or `python3` for whichever the machine prefers. */
export async function findInterpreter(name: string, hostPath: string): Promise<Interpreter | undefined> {
  for (const candidate of await candidates(name, hostPath)) {
    const interpreter = await ask(candidate, hostPath);
    if (interpreter !== undefined && fits(interpreter, name)) return interpreter;
  }
  return undefined;
}

function fits(interpreter: Interpreter, name: string): boolean {
  if (name === "python3") return interpreter.version.startsWith("3.");
  return interpreter.version.startsWith(`${name.slice("python".length)}.`);
}

async function candidates(name: string, hostPath: string): Promise<readonly string[]> {
  const found = await findExecutable(name, hostPath);
  const folders = [
    ...versionFolders(join(homedir(), ".pyenv", "versions"), name, ""),
    ...versionFolders(join(homedir(), ".local", "share", "uv", "python"), name, "cpython-"),
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
  ];
  const others = folders.map((folder) => join(folder, name));
  return found === undefined ? others : [found, ...others];
}

/** Version managers keep each interpreter in a folder named after it. */
function versionFolders(directory: string, name: string, prefix: string): readonly string[] {
  const wanted = prefix + name.slice("python".length);
  try {
    return readdirSync(directory)
      .filter((each) => each === wanted || each.startsWith(`${wanted}.`))
      .map((each) => join(directory, each, "bin"));
  } catch {
    return [];
  }
}

/** A shim of a version manager may stand there without an interpreter behind it. */
async function ask(candidate: string, hostPath: string): Promise<Interpreter | undefined> {
  const outcome = await run(candidate, ["-c", question], { PATH: hostPath, HOME: homedir() });
  if (!outcome.ok) return undefined;
  try {
    const answer = JSON.parse(outcome.stdout) as Interpreter & { sitePackages: string | null };
    return { ...answer, sitePackages: answer.sitePackages ?? undefined };
  } catch {
    return undefined;
  }
}
