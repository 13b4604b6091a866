// The work on a map run.

import { notImplemented } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";

export async function workOn(_id: string, _ctx: Waiting): Promise<void> {
  throw notImplemented("stepfunctions", "distributed maps");
}
