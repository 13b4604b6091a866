// Events between services: publishing stores one delivery job for each service
// that listens, in the publisher's own transaction.

/** The job that core itself runs: hands one event to one service. */
export const deliverEvent = "cumulet.deliverEvent";

export interface EventDelivery {
  readonly service: string;
  readonly source: string;
  readonly event: Readonly<Record<string, unknown>>;
}
