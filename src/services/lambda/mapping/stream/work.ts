// What the readers of a mapping's stream work with.

import type { StreamSource } from "../../../../sources/stream-source.ts";
import type { Mapping } from "../mapping.ts";
import type { Report } from "../report.ts";

export interface StreamWork {
  readonly mapping: Mapping;
  readonly source: StreamSource;
  readonly filter: ((seen: unknown) => boolean) | undefined;
  readonly report: Report;
  /** The function's role, under which the stream is read. */
  readonly roleArn: string;
}
