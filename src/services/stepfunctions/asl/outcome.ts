// What a state makes of its data on the way out.

import type { Json } from "./data/scope.ts";

export interface Outcome {
  readonly output: Json;
  /** What Assign evaluated to. */
  readonly assigned?: { readonly [name: string]: Json } | undefined;
}
