// An Express execution, from its start to its end, in this process. What it
// waits for are promises; nothing of it is ever stored.

import type { Waiting } from "../../../core/waiting.ts";
import { advance } from "../asl/advance.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import type { Head, TaskWait } from "../asl/frame.ts";
import type { Address, Command, Happening } from "../asl/happening.ts";
import type { Machine } from "../asl/machine.ts";
import type { Facts, Run } from "../asl/run.ts";
import type { StoredEvent } from "../history/pack.ts";
import { integrationFor } from "../integrations/index.ts";
import { ProcessMemory } from "./memory.ts";

/** AWS lets no Express execution run longer. */
const longestMilliseconds = 300_000;

export interface ExpressOptions {
  readonly machine: Machine;
  readonly facts: Facts;
  /** Called with the events of each step; undefined where nobody wants them. */
  readonly observe: ((events: readonly StoredEvent[]) => void) | undefined;
}

/** Resolves with how it ended. */
export async function runExpress(options: ExpressOptions, ctx: Waiting): Promise<Head> {
  const { machine, facts, observe } = options;
  const head: Head = { lastEvent: 0, sequence: 0, frames: 0, status: "RUNNING", redriveCount: 0 };
  const memory = new ProcessMemory();
  const chance = { uuid: () => ctx.ids.uuid(), fraction: () => ctx.ids.fraction() };

  const step = async (happening: Happening): Promise<readonly Command[]> => {
    const now = ctx.now();
    const run: Run = {
      machine,
      facts,
      head,
      memory,
      now,
      chance,
      recording: observe !== undefined,
      eventLimit: Number.POSITIVE_INFINITY,
      events: [],
      commands: [],
      ready: [],
      moved: 0,
    };
    const pending = advance(run, happening);
    if (pending !== undefined) await pending;
    observe?.(run.events.map((event) => ({ ...event, at: now })));
    return run.commands;
  };

  const first = await step({ type: "started" });
  if (head.status === "RUNNING") await waitOut(step, first, head, options, memory, ctx);
  return head;
}

/** Follows commands and lets their answers happen, one after the other, until the execution has ended. */
async function waitOut(
  step: (happening: Happening) => Promise<readonly Command[]>,
  first: readonly Command[],
  head: Head,
  { machine, facts }: ExpressOptions,
  memory: Run["memory"],
  ctx: Waiting,
): Promise<void> {
  const ended = new AbortController();
  const timers = new Map<number, AbortController>();
  const inbox: Happening[] = [];
  let wake: () => void = () => undefined;
  let accident: { readonly error: unknown } | undefined;
  const deliver = (happening: Happening): void => {
    inbox.push(happening);
    wake();
  };
  const inBackground = (work: Promise<void>): void => {
    work.catch((error: unknown) => {
      accident = { error };
      wake();
    });
  };

  const follow = (command: Command): void => {
    if (command.type === "timer") {
      const cancel = new AbortController();
      timers.set(command.sequence, cancel);
      const { frame, sequence } = command;
      const until = AbortSignal.any([ended.signal, cancel.signal]);
      inBackground(
        sleep(ctx, command.at, until).then(() => {
          timers.delete(sequence);
          if (!until.aborted && !ctx.signal.aborted) deliver({ type: "due", frame, sequence });
        }),
      );
    } else if (command.type === "cancel") timers.get(command.sequence)?.abort();
    else if (command.type === "task") {
      const { frame, sequence } = command;
      inBackground(
        ctx
          .beside(async (beside) => {
            const wait = (await memory.frame(frame))?.wait;
            if (wait?.kind === "task") deliver(await perform(wait, { frame, sequence }, facts, beside));
          }, ended.signal)
          .then(() => undefined),
      );
    }
  };

  const limit = Math.min((machine.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000, longestMilliseconds);
  inBackground(
    sleep(ctx, ctx.now() + limit, ended.signal).then(() => {
      if (!ended.signal.aborted && !ctx.signal.aborted) deliver({ type: "timedOut" });
    }),
  );
  // The caller has gone, or Cumulet stops.
  const stop = (): void => deliver({ type: "stopped" });
  ctx.signal.addEventListener("abort", stop, { once: true });
  try {
    first.forEach(follow);
    while (head.status === "RUNNING") {
      const happening = inbox.shift();
      if (happening !== undefined) (await step(happening)).forEach(follow);
      else if (accident !== undefined) throw accident.error;
      else {
        // Nothing is under way here: what happens next will end this sleep.
        const idle = new AbortController();
        wake = () => idle.abort();
        await ctx.beside((beside) => beside.sleepUntil(Number.MAX_SAFE_INTEGER), idle.signal);
      }
    }
  } finally {
    ctx.signal.removeEventListener("abort", stop);
    ended.abort();
  }
}

async function sleep(ctx: Waiting, at: number, until: AbortSignal): Promise<void> {
  // Work that goes on at once still leaves others their turn.
  if (at <= ctx.now()) return new Promise((resolve) => setImmediate(resolve));
  await ctx.beside((beside) => beside.sleepUntil(at), until);
}

async function perform(wait: TaskWait, address: Address, facts: Facts, ctx: Waiting): Promise<Happening> {
  try {
    const output: Json = await integrationFor(wait.resource)!.run(
      {
        resource: wait.resource,
        pattern: wait.pattern,
        input: wait.input,
        ...(wait.credentials === undefined ? {} : { credentials: wait.credentials }),
        roleArn: facts.roleArn,
        executionArn: facts.executionArn,
        stateMachineArn: facts.stateMachineArn,
        region: facts.region,
      },
      ctx,
    );
    return { type: "taskSucceeded", ...address, output };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { type: "taskFailed", ...address, error: error.error, cause: error.cause };
  }
}
