// An execution's memory in the store. What a step makes and forgets again,
// such as the branches of a Parallel that never wait, is not written at all.

import type { Transaction } from "../../../core/transaction.ts";
import { decodeValue } from "../../../core/value.ts";
import type { Json } from "../asl/data/scope.ts";
import type { Frame, Memory } from "../asl/frame.ts";
import { FrameRecord } from "../execution.ts";

/** A map's items and results are bounded by the size of its data. */
const slotLimit = 200_000;

type SlotKind = "item" | "result";

export interface StoreMemory extends Memory {
  readonly root: Frame | undefined;
  /** Writes what has changed; the root is its owner's to write. */
  save(): void;
}

export function storeMemory(tx: Transaction, execution: string, root: Frame | undefined): StoreMemory {
  const frames = new Map<number, Frame>();
  const changed = new Set<Frame>();
  /** Frames that the store knows nothing of. */
  const fresh = new Set<number>();
  const slots = new Map<string, Json>();
  if (root !== undefined) frames.set(root.id, root);

  const slotKey = (frame: Frame, kind: SlotKind, index: number): string =>
    tx.key("stepfunctions", "slot", execution, frame.id, kind, index);
  const range = (frame: Frame, kind?: SlotKind) => {
    const start = tx.key("stepfunctions", "slot", execution, frame.id, ...(kind === undefined ? [] : [kind]));
    return { start, end: `${start}\xff` };
  };
  const forget = (frame: Frame): void => {
    const { start, end } = range(frame);
    for (const key of slots.keys()) if (key >= start && key < end) slots.delete(key);
    if (!fresh.has(frame.id)) tx.raw.deleteRange({ start, end });
  };

  return {
    get root() {
      return frames.get(0);
    },
    frame: (id) => {
      const known = frames.get(id);
      if (known !== undefined || id === 0 || fresh.has(id)) return known;
      return tx.get(FrameRecord, execution, id).then((stored) => {
        if (stored !== undefined) frames.set(id, stored.frame);
        return stored?.frame;
      });
    },
    add: (frame) => {
      frames.set(frame.id, frame);
      fresh.add(frame.id);
      changed.add(frame);
    },
    touch: (frame) => {
      changed.add(frame);
    },
    remove: (frame) => {
      if (holdsSlots(frame)) forget(frame);
      frames.delete(frame.id);
      changed.delete(frame);
      if (frame.id !== 0 && !fresh.has(frame.id)) tx.delete(FrameRecord, execution, frame.id);
    },
    putItem: (frame, index, value) => {
      slots.set(slotKey(frame, "item", index), value);
    },
    item: async (frame, index) => {
      const key = slotKey(frame, "item", index);
      const pending = slots.get(key);
      if (pending !== undefined) return pending;
      const stored = await tx.raw.get(key);
      return stored === undefined ? null : unwrapped(stored);
    },
    putResult: (frame, index, value) => {
      slots.set(slotKey(frame, "result", index), value);
    },
    results: (frame) => {
      const { start, end } = range(frame, "result");
      const pending = [...slots].filter(([key]) => key >= start && key < end);
      if (fresh.has(frame.id)) return inOrder(pending);
      return Promise.resolve(tx.raw.scan({ start, end }, { limit: slotLimit })).then((entries) => {
        const stored = entries.map(({ key, value }): [string, Json] => [key, unwrapped(value)]);
        return inOrder([...stored, ...pending]);
      });
    },
    forget,
    save: () => {
      for (const frame of changed) if (frame.id !== 0) tx.put(FrameRecord, { execution, frame });
      for (const [key, value] of slots) tx.raw.put(key, Buffer.from(JSON.stringify([value])));
    },
  };
}

function holdsSlots(frame: Frame): boolean {
  return frame.wait?.kind === "children";
}

function unwrapped(bytes: Uint8Array): Json {
  return decodeValue<[Json]>(bytes, false)[0];
}

function inOrder(entries: readonly (readonly [string, Json])[]): Json[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
