// What user code prints: cut into lines, bounded, and kept until its
// invocation is over.

import { StringDecoder } from "node:string_decoder";
import type { LogLine } from "../core/ports/compute.ts";

/** CloudWatch Logs takes no longer event; AWS cuts a longer line into several. */
const maxLineBytes = 256 * 1024;
/** Runaway output is dropped past these, and the log says so. */
const maxLines = 20_000;
const maxBytes = 16 * 1024 * 1024;

/** The lines of one environment since the last `take`. */
export class LogCollector {
  #lines: LogLine[] = [];
  #bytes = 0;
  #dropped = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(message: string): void {
    if (this.#lines.length >= maxLines || this.#bytes + message.length > maxBytes) {
      this.#dropped++;
      return;
    }
    this.#bytes += message.length;
    // As on AWS, an event carries its newline; the log tail is the events put together.
    const line = message.endsWith("\n") ? message : `${message}\n`;
    for (const piece of cut(line)) this.#lines.push({ timestamp: this.#now(), message: piece });
  }

  /** Lines of the platform itself, which are never dropped. */
  addPlatform(message: string): void {
    this.#lines.push({ timestamp: this.#now(), message });
  }

  get empty(): boolean {
    return this.#lines.length === 0;
  }

  /** Says how much was dropped, if anything was. */
  noteDropped(): void {
    if (this.#dropped > 0) this.addPlatform(`Cumulet dropped ${this.#dropped} further log lines.\n`);
    this.#dropped = 0;
  }

  take(): readonly LogLine[] {
    this.noteDropped();
    const lines = this.#lines;
    this.#lines = [];
    this.#bytes = 0;
    return lines;
  }
}

function cut(message: string): readonly string[] {
  if (message.length * 3 <= maxLineBytes || Buffer.byteLength(message) <= maxLineBytes) return [message];
  const bytes = Buffer.from(message);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    let end = Math.min(bytes.length, at + maxLineBytes);
    // Never in the middle of a character: continuation bytes start with the bits 10.
    while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--;
    pieces.push(bytes.toString("utf8", at, end));
    at = end;
  }
  return pieces;
}

/** Cuts a byte stream into lines; `finish` gives out what has no newline yet. */
export function lineSplitter(sink: (line: string) => void): {
  write(chunk: Buffer): void;
  finish(): void;
} {
  const decoder = new StringDecoder("utf8");
  let held = "";
  return {
    write(chunk) {
      const lines = (held + decoder.write(chunk)).split("\n");
      held = lines.pop()!;
      for (const line of lines) sink(line);
      if (held.length > maxLineBytes) {
        sink(held);
        held = "";
      }
    },
    finish() {
      const rest = held + decoder.end();
      held = "";
      if (rest !== "") sink(rest);
    },
  };
}
