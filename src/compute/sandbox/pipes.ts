// Real pipes for what user code prints. Node itself gives a child sockets for
// its standard output, and a socket cannot be opened again: a shell's
// `echo text > /dev/stderr` would fail. So named pipes are made, a few ahead of
// need, opened, and their names removed.

import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdirSync, openSync, unlinkSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { run } from "./probe.ts";

export interface Pipe {
  readonly reader: Readable;
  /** For the child; to be closed here once it has it. */
  readonly writer: number;
}

const stockSize = 16;

export class PipeStock {
  readonly #directory: string;
  readonly #program: string;
  readonly #names: string[] = [];
  #count = 0;
  #refilling = false;

  constructor(directory: string, program: string) {
    this.#directory = directory;
    this.#program = program;
    mkdirSync(directory, { recursive: true });
    void this.#refill();
  }

  /** Nothing where no pipe can be made. */
  take(): Pipe | undefined {
    if (this.#names.length < stockSize / 2) void this.#refill();
    const name = this.#names.pop() ?? this.#makeNow();
    if (name === undefined) return undefined;
    // Reading is opened first and does not wait for a writer; writing then finds a reader.
    const descriptor = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(name, constants.O_WRONLY);
    unlinkSync(name);
    return { reader: new Socket({ fd: descriptor, readable: true, writable: false }), writer };
  }

  async #refill(): Promise<void> {
    if (this.#refilling) return;
    this.#refilling = true;
    const names = Array.from({ length: stockSize }, () => this.#newName());
    const outcome = await run(this.#program, names);
    if (outcome.ok) this.#names.push(...names);
    this.#refilling = false;
  }

  #makeNow(): string | undefined {
    const name = this.#newName();
    try {
      execFileSync(this.#program, [name], { stdio: "ignore", env: {} });
      return name;
    } catch {
      return undefined;
    }
  }

  #newName(): string {
    return join(this.#directory, String(++this.#count));
  }
}

/** Closes the writing end here: the reader then ends when the child's last copy does. */
export function release(pipe: Pipe | undefined): void {
  if (pipe !== undefined) closeSync(pipe.writer);
}
