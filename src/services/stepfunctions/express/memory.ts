// An execution's memory in the process: Express executions live and die there.

import type { Json } from "../asl/data/scope.ts";
import type { Frame, Memory } from "../asl/frame.ts";

interface Slots {
  readonly items: Map<number, Json>;
  readonly results: Map<number, Json>;
}

export function processMemory(): Memory {
  const frames = new Map<number, Frame>();
  let slots: Map<number, Slots> | undefined;
  const of = (frame: Frame): Slots => {
    slots ??= new Map();
    let own = slots.get(frame.id);
    if (own === undefined) {
      own = { items: new Map(), results: new Map() };
      slots.set(frame.id, own);
    }
    return own;
  };
  return {
    frame: (id) => frames.get(id),
    add: (frame) => {
      frames.set(frame.id, frame);
    },
    touch: () => undefined,
    remove: (frame) => {
      frames.delete(frame.id);
      slots?.delete(frame.id);
    },
    putItem: (frame, index, value) => {
      of(frame).items.set(index, value);
    },
    item: (frame, index) => of(frame).items.get(index) ?? null,
    putResult: (frame, index, value) => {
      of(frame).results.set(index, value);
    },
    results: (frame) => {
      const { results } = of(frame);
      return [...results.keys()].sort((a, b) => a - b).map((index) => results.get(index)!);
    },
    forget: (frame) => {
      slots?.delete(frame.id);
    },
  };
}
