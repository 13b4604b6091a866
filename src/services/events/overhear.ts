// What AWS services tell of themselves goes to the default bus of the account
// and region where it happened.

import type { Overhearing } from "../../core/service.ts";
import { defaultBus } from "./buses/bus.ts";
import { type Envelope, eventText, eventValue } from "./delivery/event.ts";
import { routeEvent } from "./delivery/route.ts";
import { ruleSetOf } from "./rules/rule-set.ts";

interface Published {
  readonly "detail-type"?: string;
  readonly resources?: readonly string[];
  readonly detail?: object;
  readonly time?: number;
}

/** Events without a `detail-type` are between services only. */
export const overhear: Overhearing = async (source, published, tx) => {
  const { "detail-type": detailType, resources = [], detail = {}, time = tx.now } = published as Published;
  if (detailType === undefined || (await ruleSetOf(tx, defaultBus)) === undefined) return;
  const event: Envelope = {
    id: tx.ids.uuid(),
    detailType,
    source,
    account: tx.account,
    time,
    region: tx.region,
    resources,
    detail: JSON.stringify(detail),
  };
  await routeEvent(tx, defaultBus, { text: eventText(event), value: eventValue(event, detail) });
};
