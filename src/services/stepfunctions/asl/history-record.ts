// One event of an execution's history, as the engine records it: with values
// where the API shows texts.

import type { HistoryEvent } from "../../../model/generated/stepfunctions.d.ts";
import type { Json } from "./data/scope.ts";

export type HistoryEventType = HistoryEvent["type"];

export interface HistoryRecord {
  readonly id: number;
  readonly previous: number;
  readonly type: HistoryEventType;
  /** The members of the event's details. `input`, `output` and `parameters` are values. */
  readonly details: RecordDetails | undefined;
}

export type RecordDetails = Readonly<Record<string, Json | undefined>>;
