// When a lane is ripe: by how much it holds, or for how long.

import {
  errorBucket,
  type Hints,
  hintsOf,
  mainHints,
  processingOf,
  sourceBackup,
} from "../destination/destination.ts";
import { processingHints } from "../processing/process.ts";
import type { StreamState } from "../stream.ts";
import type { LanePurpose } from "./lane.ts";

export function hintsFor(stream: StreamState, purpose: LanePurpose): Hints {
  const { destination } = stream;
  switch (purpose.type) {
    case "source":
      return needsProcessing(stream)
        ? processingHints(processingOf(destination), mainHints(destination))
        : mainHints(destination);
    case "main":
      return mainHints(destination);
    case "backup":
      return hintsOf(sourceBackup(destination)?.BufferingHints ?? {});
    case "errors":
      return hintsOf(errorBucket(destination).BufferingHints);
  }
}

/** Whether records are more than delivered as they came. */
export function needsProcessing({ destination }: StreamState): boolean {
  return processingOf(destination) !== undefined || sourceBackup(destination) !== undefined;
}
