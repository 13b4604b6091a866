// A process that the crash tests start and kill: it writes pairs, 32 at a time,
// and prints the number of each when the store has acknowledged it.

import { writeSync } from "node:fs";
import type { Durability } from "../durability.ts";
import { openLmdbStore } from "../lmdb/store.ts";
import { writePair } from "./pairs.ts";

const [directory = "", durability = "process", first = "0"] = process.argv.slice(2);
let next = Number(first);

async function work(): Promise<void> {
  for (;;) {
    const number = next++;
    await writePair(store, number);
    writeSync(1, `${number}\n`);
  }
}

const store = await openLmdbStore({ directory, durability: durability as Durability });
writeSync(1, "open\n");
try {
  await Promise.all(Array.from({ length: 32 }, work));
} catch (error) {
  writeSync(1, `${error instanceof Error ? error.name : error}\n`);
  process.exit(1);
}
