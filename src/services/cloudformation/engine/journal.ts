// Writes what happens to resources, many at a time: while one write is under
// way the next ones gather, so that a hundred resources do not cost a hundred
// commits. What `write` has resolved survives any crash.

import { forgetCalls } from "../../../core/once.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { type Happening, putEvent } from "../stacks/event.ts";
import { Stack, type StackState, stackKey } from "../stacks/stack.ts";
import { ResourceRecord, type ResourceState } from "../stacks/stack-resource.ts";

export interface Entry {
  readonly resource: ResourceState;
  /** Undefined: the change is nobody's business. */
  readonly event?: Partial<Happening> | undefined;
  /** The record goes. */
  readonly remove?: boolean;
  /** Calls of a creation that is over. */
  readonly forget?: { readonly token: string; readonly calls: number } | undefined;
}

/** Thrown where the stack is no longer this operation's: another process has taken it, or it is gone. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

export class Journal {
  readonly resources = new Map<string, ResourceState>();
  readonly #ctx: Waiting;
  readonly #stackId: string;
  readonly #operation: string;
  #gathered: Entry[] = [];
  #writing: Promise<void> | undefined;

  constructor(ctx: Waiting, stack: StackState, resources: readonly ResourceState[]) {
    this.#ctx = ctx;
    this.#stackId = stack.id;
    this.#operation = stack.operation?.id ?? "";
    for (const resource of resources) this.resources.set(resource.logicalId, resource);
  }

  async write(...entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    for (const { resource, remove } of entries) {
      if (remove === true) this.resources.delete(resource.logicalId);
      else this.resources.set(resource.logicalId, resource);
    }
    this.#gathered.push(...entries);
    // What is gathered while a write is under way goes with the next one, which all of them await.
    while (entries.some((entry) => this.#gathered.includes(entry))) {
      if (this.#writing === undefined) {
        this.#writing = Promise.resolve()
          .then(() => this.#flush())
          .finally(() => {
            this.#writing = undefined;
          });
      }
      await this.#writing;
    }
    if (this.#writing !== undefined) await this.#writing;
  }

  async #flush(): Promise<void> {
    const entries = this.#gathered;
    this.#gathered = [];
    await this.#ctx.atomically(async (tx) => {
      const stack = await tx.get(Stack, stackKey(this.#stackId));
      if (stack === undefined || stack.operation?.id !== this.#operation) throw new Superseded();
      for (const { resource, event, remove, forget } of entries) {
        if (remove === true) tx.delete(ResourceRecord, resource.stack, resource.logicalId);
        else tx.put(ResourceRecord, resource);
        if (forget !== undefined) forgetCalls(tx, forget.token, forget.calls);
        if (event !== undefined) {
          putEvent(tx, stack, {
            logicalId: resource.logicalId,
            physicalId: resource.current?.physicalId ?? "",
            type: resource.type,
            status: resource.status,
            reason: resource.statusReason,
            ...event,
          });
        }
      }
    });
  }
}
