// The conformance suite against an LMDB file that several processes share, for
// one of them and for three.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { Store } from "../../../core/ports/store.ts";
import { storeConformance } from "../../conformance.ts";
import { checkFormat } from "../../format.ts";
import { replayingHistories } from "../../testing/histories.ts";
import { severalProcesses } from "../../testing/several-processes.ts";
import { type Environment, openEnvironment } from "../environment.ts";
import { sharedFile } from "./file.ts";
import { SharedLmdbStore } from "./store.ts";
import type { TopicBus } from "./topics.ts";

const root = mkdtempSync(join(tmpdir(), "cumulet-shared-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

/** As many stores over one file, as if each were in a process of its own, and their bus. */
async function openAll(processes: number): Promise<{ stores: Store[]; close: () => Promise<void> }> {
  const directory = join(root, String(count++));
  checkFormat(directory);
  const environment = await openEnvironment(join(directory, "store.mdb"), "process");
  const kept: Environment = Object.create(environment, { close: { value: () => Promise.resolve() } });
  const listeners: ((topics: readonly string[]) => void)[] = [];
  const bus = (at: number): TopicBus => ({
    tell(topics) {
      for (const [other, listen] of listeners.entries()) if (other !== at) listen(topics);
    },
    listen: (listener) => void listeners.push(listener),
  });
  const stores = Array.from(
    { length: processes },
    (_, at) => new SharedLmdbStore(sharedFile(kept, "process"), bus(at)),
  );
  return {
    stores,
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
      await environment.close();
    },
  };
}

describe("one process over a shared file", () => {
  storeConformance(async () => {
    const { stores, close } = await openAll(1);
    const store = stores[0]!;
    return {
      transact: (body, attempts) => store.transact(body, attempts),
      read: (body) => store.read(body),
      watch: (topic, listener) => store.watch(topic, listener),
      clear: () => store.clear(),
      close,
    };
  });
});

describe("several processes over a shared file", () => {
  let all: Awaited<ReturnType<typeof openAll>>;
  beforeAll(async () => {
    all = await openAll(3);
  });
  afterAll(() => all.close());
  severalProcesses(() => all.stores);
  replayingHistories(() => inTurn(all.stores));
});

/** Each transaction in another of the processes. */
function inTurn(stores: readonly Store[]): Store {
  let turn = 0;
  const next = (): Store => stores[turn++ % stores.length]!;
  return {
    transact: (body, attempts) => next().transact(body, attempts),
    read: (body) => next().read(body),
    watch: (topic, listener) => next().watch(topic, listener),
    clear: () => next().clear(),
    close: () => Promise.resolve(),
  };
}
