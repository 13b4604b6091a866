// Subscription filters: at most two of a group, kept with it, so that whoever
// puts events knows them without another look.

import type { Distribution } from "../../../model/generated/logs.d.ts";

export interface Subscription {
  readonly filterName: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
  readonly roleArn?: string | undefined;
  readonly distribution: Distribution;
  /** Epoch milliseconds. */
  readonly creationTime: number;
}

export const mostSubscriptions = 2;
