// The job that carries out a stack's operation, from wherever it stands to its
// end. Everything it decides is stored before it is done: cut off at any point,
// it goes on when it is run again.

import { defineJob } from "../../../core/job.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { stackTopic } from "../stacks/event.ts";
import { Stack, stackKey } from "../stacks/stack.ts";
import { ResourceRecord } from "../stacks/stack-resource.ts";
import { advance } from "./advance.ts";
import { removeStack } from "./delete-stack.ts";
import { Journal, Superseded } from "./journal.ts";
import { actingContext, branch, type Run } from "./run-context.ts";

export interface StackWork {
  /** The stack's key. */
  readonly stack: string;
  readonly operation: string;
}

export const stackWork = defineJob<StackWork>({
  name: "cloudformation.stackWork",
  perpetual: true,
  run: {
    waits: async (work, ctx) => {
      const loaded = await ctx.atomically(async (tx) => {
        const stack = await tx.get(Stack, work.stack);
        if (stack === undefined || stack.operation?.id !== work.operation) return undefined;
        return { stack, resources: await tx.all(ResourceRecord, [work.stack]) };
      });
      if (loaded === undefined) return;
      const { stack, resources } = loaded;
      const operation = stack.operation!;
      const over = new AbortController();
      const run: Run = {
        ctx,
        acting: actingContext(ctx, stack, operation),
        stack,
        operation,
        journal: new Journal(ctx, stack, resources),
        stop: new AbortController(),
      };
      const watching = watch(run, over.signal);
      try {
        await branch(run, operation.kind === "delete" ? removeStack : advance);
      } catch (error) {
        if (!(error instanceof Superseded)) throw error;
      } finally {
        over.abort();
        await watching;
      }
    },
  },
});

/** Stops the work when somebody cancels the operation, or when its time is over. */
async function watch({ ctx, stack, operation, stop }: Run, over: AbortSignal): Promise<void> {
  if (operation.kind !== "create" && operation.kind !== "update") return;
  const { deadline } = operation;
  await ctx.beside(async (beside: Waiting) => {
    await beside.waitFor<true>(stackTopic(stack.id), deadline ?? Number.MAX_SAFE_INTEGER, async () => {
      const now = await beside.atomically((tx) => tx.get(Stack, stackKey(stack.id)));
      return now?.operation?.id !== operation.id || now.operation.cancelled !== undefined
        ? { done: true as const }
        : { retryAt: undefined };
    });
    if (!over.aborted && !ctx.signal.aborted) stop.abort();
  }, over);
}
