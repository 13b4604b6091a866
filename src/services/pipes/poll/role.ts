// Pipes read their sources under the pipe's role, in the source's region.

import type { Waiting } from "../../../core/waiting.ts";
import type { PipeState } from "../pipe.ts";

export function underRole(ctx: Waiting, { roleArn, name, source }: PipeState): Waiting {
  return ctx.asRole(roleArn, name).at({ region: source.split(":")[3] ?? ctx.region });
}
