// The log file: one JSON object per line, written in batches so that no
// request waits for it. Two files of bounded size are kept.

import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { CallRecord } from "../core/dispatch.ts";
import type { Fault } from "../core/fault.ts";
import type { Log, LogEntry } from "../core/log.ts";

const levels = { debug: 0, info: 1, warn: 2, error: 3 } as const;
const flushAfterMilliseconds = 200;
const flushAtLines = 1000;
const maximumBytes = 64 * 1024 * 1024;

export interface LogFile {
  readonly log: Log;
  /** One line for one operation. */
  logCall(record: CallRecord): void;
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
  const write = (line: string): void => {
    if (lines.push(line) >= flushAtLines) flush();
    else timer ??= setTimeout(flush, flushAfterMilliseconds).unref();
  };
  let second = 0;
  let secondText = "";
  const time = (): string => {
    const at = now();
    if (at - second >= 1000 || at < second) {
      second = at - (at % 1000);
      secondText = new Date(second).toISOString().slice(0, 20);
    }
    return `${secondText}${`${Math.floor(at - second)}`.padStart(3, "0")}Z`;
  };
  const calls = new CallTexts();
  return {
    flush,
    log: (entry) => {
      if (levels[entry.level] >= levels[least]) write(JSON.stringify({ time: time(), ...entry }));
    },
    logCall: (record) => {
      if (levels.info < levels[least]) return;
      const milliseconds = Math.round(record.milliseconds * 1000) / 1000;
      write(
        `{"time":"${time()}",${calls.text(record)},"requestId":"${record.call.requestId}","milliseconds":${milliseconds}}`,
      );
    },
  };
}

/** What a call's line says besides time, id and duration repeats for thousands of calls. */
class CallTexts {
  readonly #texts = new Map<string, string>();

  text({ call, error }: CallRecord): string {
    const { service, operation, account, region } = call;
    const outcome = error === undefined ? "ok" : (error as Fault).code;
    const name = `${operation} ${service} ${account} ${region} ${outcome}`;
    let text = this.#texts.get(name);
    if (text === undefined) {
      if (this.#texts.size >= 1000) this.#texts.clear();
      text = JSON.stringify({
        level: "info",
        event: "call",
        service,
        operation,
        account,
        region,
        outcome,
      }).slice(1, -1);
      this.#texts.set(name, text);
    }
    return text;
  }
}
