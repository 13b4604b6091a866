// An execution's memory in the process: Express executions live and die there.

import type { Json } from "../asl/data/scope.ts";
import type { Frame, Memory } from "../asl/frame.ts";

interface Slots {
  readonly items: Map<number, Json>;
  readonly results: Map<number, Json>;
}

/** A class, since a dozen closures would cost more than the states of a short execution. */
export class ProcessMemory implements Memory {
  /** The machine's own frame; the others are rarer. */
  #root: Frame | undefined;
  #frames: Map<number, Frame> | undefined;
  #slots: Map<number, Slots> | undefined;

  frame(id: number): Frame | undefined {
    return id === 0 ? this.#root : this.#frames?.get(id);
  }
  add(frame: Frame): void {
    if (frame.id === 0) this.#root = frame;
    else {
      this.#frames ??= new Map();
      this.#frames.set(frame.id, frame);
    }
  }
  touch(_frame: Frame): void {}
  remove({ id }: Frame): void {
    if (id === 0) this.#root = undefined;
    else this.#frames?.delete(id);
    this.#slots?.delete(id);
  }
  putItem(frame: Frame, index: number, value: Json): void {
    this.#of(frame).items.set(index, value);
  }
  item(frame: Frame, index: number): Json {
    return this.#of(frame).items.get(index) ?? null;
  }
  putResult(frame: Frame, index: number, value: Json): void {
    this.#of(frame).results.set(index, value);
  }
  results(frame: Frame): Json[] {
    const { results } = this.#of(frame);
    return [...results.keys()].sort((a, b) => a - b).map((index) => results.get(index)!);
  }
  forget({ id }: Frame): void {
    this.#slots?.delete(id);
  }

  #of({ id }: Frame): Slots {
    this.#slots ??= new Map();
    let own = this.#slots.get(id);
    if (own === undefined) {
      own = { items: new Map(), results: new Map() };
      this.#slots.set(id, own);
    }
    return own;
  }
}
