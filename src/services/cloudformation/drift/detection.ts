// Drift detection: a job reads each resource of a stack and notes how it
// differs from what the stack made of it.

import { defineJob } from "../../../core/job.ts";
import type { Principal } from "../../../core/principal.ts";
import { resourceContext } from "../../../core/provision.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { typeOf } from "../engine/run-context.ts";
import { announceDetection } from "../stacks/announce.ts";
import { openStack } from "../stacks/find.ts";
import { Stack, type StackState, stackKey } from "../stacks/stack.ts";
import { type Drift, ResourceRecord, type ResourceState } from "../stacks/stack-resource.ts";
import { drifted } from "./compare.ts";

export interface DetectionState {
  readonly id: string;
  readonly stackId: string;
  readonly at: number;
  readonly principal: Principal;
  readonly wanted?: readonly string[] | undefined;
  readonly status: "DETECTION_IN_PROGRESS" | "DETECTION_COMPLETE" | "DETECTION_FAILED";
  readonly reason?: string | undefined;
  readonly drifted?: number | undefined;
}

export const DetectionRecord = defineResource<DetectionState>()({
  service: "cloudformation",
  type: "drift-detection",
  key: ({ id }) => [id],
});

export const detectDrift = defineJob<{ readonly id: string }>({
  name: "cloudformation.detectDrift",
  run: {
    waits: async ({ id }, ctx) => {
      const found = await ctx.atomically(async (tx) => {
        const detection = await tx.get(DetectionRecord, id);
        if (detection === undefined) return undefined;
        const stack = await openStack(tx, detection.stackId);
        return { detection, stack, records: await tx.all(ResourceRecord, [stackKey(stack.id)]) };
      });
      if (found === undefined) return;
      const { detection, stack, records } = found;
      let failure: string | undefined;
      for (const record of records) {
        if (detection.wanted !== undefined && !detection.wanted.includes(record.logicalId)) continue;
        try {
          await detectOne(ctx, ctx.as(detection.principal), stack, record);
        } catch (error) {
          if (ctx.signal.aborted) throw error;
          failure ??= `Failed to detect drift on resource [${record.logicalId}]: ${(error as Error).message}`;
        }
      }
      await ctx.atomically(async (tx) => {
        const now = await tx.all(ResourceRecord, [stackKey(stack.id)]);
        const count = now.filter(
          ({ drift }) => drift?.status === "MODIFIED" || drift?.status === "DELETED",
        ).length;
        const status = failure === undefined ? "DETECTION_COMPLETE" : "DETECTION_FAILED";
        announceDetection(tx, stack, { id, status, drifted: count });
        tx.put(DetectionRecord, {
          ...detection,
          at: tx.now,
          status,
          reason: failure,
          drifted: count,
        });
        const stored = await tx.get(Stack, stackKey(stack.id));
        if (stored !== undefined)
          tx.put(Stack, {
            ...stored,
            drift: { status: count > 0 ? "DRIFTED" : "IN_SYNC", checkedAt: tx.now },
          });
      });
    },
  },
});

/** Reads a resource and stores what was found; undefined where its type cannot be read. */
export async function detectOne(
  ctx: Waiting,
  acting: Waiting,
  stack: StackState,
  record: ResourceState,
): Promise<ResourceState | undefined> {
  const { current } = record;
  const read = (await typeOf(ctx, record.type))?.definition.read;
  if (current === undefined || read === undefined || record.type === "AWS::CloudFormation::Stack")
    return undefined;
  const incarnation = {
    logicalId: record.logicalId,
    stack: { id: stack.id, name: stack.name },
    token: current.token,
  };
  const actual = await read(current.physicalId, resourceContext(acting, incarnation), current.properties);
  return ctx.atomically(async (tx) => {
    const stored = await tx.get(ResourceRecord, record.stack, record.logicalId);
    if (stored === undefined) return undefined;
    const status =
      actual === undefined
        ? "DELETED"
        : drifted(current.properties, actual).length > 0
          ? "MODIFIED"
          : "IN_SYNC";
    const drift: Drift = { status, checkedAt: tx.now, actual };
    const noted = { ...stored, drift };
    tx.put(ResourceRecord, noted);
    return noted;
  });
}
