// The log file: one JSON object per line, written in batches so that no
// request waits for it. Two files of bounded size are kept.

import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Log, LogEntry } from "../core/log.ts";

const levels = { debug: 0, info: 1, warn: 2, error: 3 } as const;
const flushAfterMilliseconds = 200;
const flushAtLines = 1000;
const maximumBytes = 64 * 1024 * 1024;

export interface LogFile {
  readonly log: Log;
  flush(): void;
}

export function openLogFile(path: string, now: () => number, least: LogEntry["level"] = "info"): LogFile {
  let lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let ready = false;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (lines.length === 0) return;
    const text = `${lines.join("\n")}\n`;
    lines = [];
    try {
      if (!ready) mkdirSync(dirname(path), { recursive: true });
      ready = true;
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maximumBytes)
        renameSync(path, `${path}.1`);
      appendFileSync(path, text);
    } catch {
      // A full disk must not take the cloud down with its log.
    }
  };
  return {
    flush,
    log: (entry) => {
      if (levels[entry.level] < levels[least]) return;
      lines.push(JSON.stringify({ time: new Date(now()).toISOString(), ...entry }));
      if (lines.length >= flushAtLines) flush();
      else {
        timer ??= setTimeout(flush, flushAfterMilliseconds);
        timer.unref();
      }
    },
  };
}
