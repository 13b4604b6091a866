// What comes of one attempt to deliver.

import type { Failure } from "../processing/failure.ts";

export type Outcome =
  /** It has arrived, but for records that could not go with the others. */
  | { readonly delivered: true; readonly failures?: readonly Failure[] }
  | {
      readonly delivered: false;
      readonly code: string;
      readonly message: string;
      /** Trying again would change nothing. */
      readonly final?: boolean;
    };
