// The endpoints of a deleted application, cleared away a handful at a time.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { PlatformEndpoint } from "./platform-endpoint.ts";

interface ClearRun {
  readonly platform: string;
  readonly application: string;
}

const handful = 200;

export const clearEndpoints = defineJob<ClearRun>({ name: "sns.clearEndpoints", run });

async function run({ platform, application }: ClearRun, tx: Transaction): Promise<void> {
  const { values } = await tx.list(PlatformEndpoint, { prefix: [platform, application], limit: handful });
  for (const { id } of values) tx.delete(PlatformEndpoint, platform, application, id);
  if (values.length === handful) tx.enqueue(clearEndpoints, { platform, application });
}
