// Starts `writer.ts` as a process of its own, bundled to what Node can run.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Durability } from "../durability.ts";

const source = fileURLToPath(new URL("./writer.ts", import.meta.url));
/** Below `node_modules`, or the bundle would not find `lmdb`. */
const bundle = fileURLToPath(
  new URL("../../../node_modules/.cache/cumulet/store-writer.mjs", import.meta.url),
);

export async function bundleWriter(): Promise<void> {
  await build({
    entryPoints: [source],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["lmdb"],
    logLevel: "error",
  });
}

export interface WriterOptions {
  readonly directory: string;
  readonly durability?: Durability;
  readonly first?: number;
  /** The greatest file it may write, in KiB: to it, that is a full disk. */
  readonly fileLimit?: number;
}

export interface Writer {
  readonly process: ChildProcess;
  /** What it prints, line by line; ends with the process. A line that the kill cut short is left out. */
  readonly lines: AsyncIterable<string>;
  /** Kills it at once and waits until it is gone. */
  kill(): Promise<void>;
}

const running = new Set<Writer>();

/** After a test that failed half-way. */
export async function killWriters(): Promise<void> {
  await Promise.all([...running].map((writer) => writer.kill()));
}

export function startWriter({
  directory,
  durability = "process",
  first = 0,
  fileLimit,
}: WriterOptions): Writer {
  const limit = fileLimit === undefined ? "" : `ulimit -f ${fileLimit}; `;
  const command = `${limit}exec "$0" "$@"`;
  const child = spawn(
    "bash",
    ["-c", command, process.execPath, bundle, directory, durability, String(first)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const gone = once(child, "exit").then(() => void running.delete(writer));
  const writer: Writer = {
    process: child,
    lines: wholeLines(child),
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
  running.add(writer);
  return writer;
}

async function* wholeLines(child: ChildProcess): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of child.stdout!) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
