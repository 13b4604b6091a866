// Layers: content-addressed bytes of a repository, each a blob. A layer stays as
// long as an image uses it.

import { fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { ecr } from "../model.ts";

export interface LayerState {
  readonly repository: string;
  readonly digest: string;
  readonly blob: string;
  readonly size: number;
}

export const Layer = defineResource<LayerState>()({
  service: "ecr",
  type: "layer",
  key: (layer) => [layer.repository, layer.digest],
});

/** That an image's manifest refers to a layer, or a list of manifests to an image. */
interface UseState {
  readonly repository: string;
  readonly used: string;
  readonly by: string;
}

export const Use = defineResource<UseState>()({
  service: "ecr",
  type: "use",
  key: (use) => [use.repository, use.used, use.by],
});

export const isDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text);

/** Readers that have begun may end. */
const graceMilliseconds = 15 * 60_000;

export const deleteBlobs = defineJob<{ readonly blobs: readonly string[] }>({
  name: "ecr.deleteBlobs",
  run: {
    waits: async ({ blobs }, ctx) => {
      for (const blob of blobs) await ctx.blobs.delete(blob);
    },
  },
});

export function forgetBlobs(tx: Transaction, blobs: readonly string[]): void {
  if (blobs.length > 0) tx.enqueue(deleteBlobs, { blobs }, { at: tx.now + graceMilliseconds });
}

export async function isUsed(tx: Transaction, repository: string, digest: string): Promise<boolean> {
  const page = await tx.list(Use, { prefix: [repository, digest], limit: 1 });
  return page.values.length > 0;
}

export function layersNotFound(digests: readonly string[], name: string): Error {
  return fault(
    ecr,
    "LayersNotFoundException",
    `Some of the layers in the image manifest could not be found in the repository with name '${name}': ${digests.join(", ")}`,
  );
}
