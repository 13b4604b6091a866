// `cumulet logs`: the cloud's own log, made readable.

import { closeSync, fstatSync, openSync, readSync, watchFile } from "node:fs";
import { join } from "node:path";
import { paint, print } from "./print.ts";

export interface LogsOptions {
  readonly dataDir: string;
  readonly lines: number;
  readonly follow?: boolean;
  readonly errors?: boolean;
  readonly json?: boolean;
}

/** Enough for the last lines; a log is not read whole. */
const tailBytes = 4 * 1024 * 1024;

export function logs(options: LogsOptions): void {
  const path = join(options.dataDir, "log", "cumulet.log");
  let position = 0;
  try {
    const file = openSync(path, "r");
    const size = fstatSync(file).size;
    const text = readFrom(file, Math.max(0, size - tailBytes), size);
    closeSync(file);
    position = size;
    show(
      text
        .split("\n")
        .filter((line) => line !== "")
        .filter(wanted(options))
        .slice(-options.lines),
      options,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    if (options.follow !== true)
      throw new Error(`There is no log at ${path}. Is --data-dir right, and was the cloud ever up?`);
  }
  if (options.follow !== true) return;
  watchFile(path, { interval: 300 }, (now) => {
    // A smaller file is a new one: the log was rotated.
    if (now.size < position) position = 0;
    if (now.size === position) return;
    const file = openSync(path, "r");
    const text = readFrom(file, position, now.size);
    closeSync(file);
    const complete = text.lastIndexOf("\n") + 1;
    position += Buffer.byteLength(text.slice(0, complete));
    show(
      text
        .slice(0, complete)
        .split("\n")
        .filter((line) => line !== "")
        .filter(wanted(options)),
      options,
    );
  });
}

function readFrom(file: number, start: number, end: number): string {
  const buffer = Buffer.alloc(end - start);
  const read = readSync(file, buffer, 0, buffer.length, start);
  return buffer.toString("utf8", 0, read);
}

function wanted(options: LogsOptions): (line: string) => boolean {
  if (options.errors !== true) return () => true;
  return (line) => !line.includes('"outcome":"ok"') && /"level":"(warn|error)"|"outcome":/.test(line);
}

function show(lines: readonly string[], options: LogsOptions): void {
  for (const line of lines) print(options.json === true ? line : readable(line));
}

function readable(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const time = paint("dim", String(entry.time).slice(11, 23));
  if (entry.event !== "call") {
    const { time: _time, level, event, ...rest } = entry;
    return `${time} ${paint(level === "error" ? "red" : "yellow", String(event))} ${JSON.stringify(rest)}`;
  }
  const outcome = entry.outcome === "ok" ? paint("green", "ok") : paint("red", String(entry.outcome));
  return `${time} ${entry.service}.${entry.operation} ${outcome} ${paint("dim", `${entry.milliseconds} ms`)}`;
}
